"""Wrong code gets no marks and does no harm, whatever it tries; honest code gets all of its, however it behaves."""

import pytest
from arena import BYSTANDER, RUNGS, Arena, Attack, attacked, first_verdict, load
from dlf_grader.failures import UsageError
from dlf_grader.isolation import resolve
from dlf_grader.model import Status

HOSTILE, HONEST = load("hostile"), load("honest")


def works(rung: str) -> str:
    """Why a rung cannot be had here, or ""."""
    try:
        return "" if resolve(rung) == rung else "unknown"
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
    assert verdict.message.isprintable()
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


def test_there_are_enough_of_them():
    assert len(HOSTILE) >= 60
    assert len(HONEST) >= 12
    assert all(attack.tries for attack in HOSTILE + HONEST)
