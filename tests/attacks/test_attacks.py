"""Wrong code gets no marks and does no harm, whatever it tries; honest code gets all of its, however it behaves."""

import json
import subprocess
import sys

import pytest
from arena import BYSTANDER, RUNGS, Arena, Attack, attacked, digest, first_verdict, load
from dlf_grader.failures import UsageError
from dlf_grader.model import Status
from dlf_grader.sandbox.rungs import named, resolve

HOSTILE, HONEST = load("hostile"), load("honest")


def works(rung: str) -> str:
    """Why a rung cannot be had here, or ""."""
    try:
        return "" if resolve(rung).name == rung else "unknown"
    except UsageError as error:
        return str(error)


@pytest.fixture(scope="module", params=RUNGS)
def rung(request):
    if reason := works(request.param):
        pytest.skip(reason)
    return request.param


@pytest.fixture(scope="module")
def arena(tmp_path_factory, servers):
    return Arena(tmp_path_factory.mktemp("arena"), servers)


@pytest.mark.parametrize("attack", HOSTILE, ids=lambda attack: attack.name)
def test_wrong_code_gets_no_marks_and_does_no_harm(attack: Attack, rung, arena):
    if not attack.promised_on(rung):
        pytest.skip(f"{rung} does not promise to stop it")
    attack = attack.as_on(rung)
    arena.plant(attack)
    outcome = arena.grade(attack, rung)
    assert [result.id for result in attacked(outcome.report, attack) if result.score] == []
    verdict = first_verdict(outcome.report, attack)
    assert (verdict.status, attack.says in verdict.message) == (attack.status, True), verdict.message
    assert all(line.isprintable() for line in (verdict.message, *map(str, verdict.trace)))
    assert sum(len(str(line)) for line in verdict.trace) < 5000
    assert_no_harm(outcome)


@pytest.mark.parametrize("honest", HONEST, ids=lambda honest: honest.name)
def test_honest_code_gets_full_marks_however_it_behaves(honest: Attack, rung, arena):
    arena.plant(honest, honest=True)
    outcome = arena.grade(honest, rung)
    own = [r for r in outcome.report.results if r.exercise == honest.exercise and r.status is not Status.SKIPPED]
    assert {(result.id, result.status, result.message) for result in own if result.status != "passed"} == set()
    assert_no_harm(outcome)


def assert_no_harm(outcome):
    others = [result for result in outcome.report.results if result.exercise == BYSTANDER]
    assert {result.status for result in others} == {Status.PASSED}
    assert outcome.written["score"] == outcome.report.score
    assert [r["status"] for r in outcome.written["results"]] == [r.status for r in outcome.report.results]
    assert outcome.changed == []
    assert outcome.left == []
    assert outcome.litter == []


SAMPLE = (
    "overwrite/report-at-exit",
    "exit/os-exit",
    "output/fake-score",
    "forbidden/torch-by-import",
    "protocol/garbage",
)


@pytest.mark.parametrize("name", SAMPLE)
def test_the_command_itself_says_the_same(name, rung, arena):
    attack = next(attack for attack in HOSTILE if attack.name == name)
    arena.plant(attack)
    before = digest(arena.tree, arena.outside)
    command = [sys.executable, "-m", "dlf_grader.cli", "m2", "m4", "-k", "m2.embedding,m4.schedules", "--no-train"]
    command += ["--tree", str(arena.tree), "--isolation", rung, "--report", f"json={arena.report}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    report = json.loads(arena.report.read_text(encoding="utf-8"))
    assert (done.returncode, done.stderr) == (1, "")
    assert report["score"] == sum(r["max_score"] for r in report["results"] if r["exercise"] == BYSTANDER)
    assert done.stdout.splitlines()[-2].startswith(f"{report['score']:g} of {report['max_score']:g} points")
    assert "\x1b" not in done.stdout
    assert not any(line.startswith("::") for line in done.stdout.splitlines())
    assert report["isolation"].startswith(f"{rung}: ")
    assert "does not stop" in report["isolation"]
    assert digest(arena.tree, arena.outside) == before


def test_the_weakest_rung_says_what_it_does_not_stop():
    said = named(RUNGS[0]).describe()
    assert "reading and changing files" in said
    assert "the network" in said


def test_there_are_enough_of_them():
    assert len(HOSTILE) >= 60
    assert len(HONEST) >= 12
    assert all(attack.tries for attack in HOSTILE + HONEST)
