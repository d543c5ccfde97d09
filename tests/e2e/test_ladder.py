"""The ladder itself: what each report says, what is missing where, and servers that die."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from dlf_grader.config import Config
from dlf_grader.failures import UsageError
from dlf_grader.hookspecs import hookimpl
from dlf_grader.model import Status
from dlf_grader.run.session import Session
from dlf_grader.sandbox import seccomp
from dlf_grader.sandbox.protocol import Load
from dlf_grader.sandbox.proxy import Submission
from dlf_grader.sandbox.rungs import bwrap, named, resolve
from dlf_grader.sandbox.servers import Servers

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the ladder is Linux's")


def test_a_server_that_is_killed_costs_nobody_a_point(rung, tmp_path, plugins):
    servers, killed = Servers(), []

    class Killer:
        @hookimpl(tryfirst=True)
        def dlf_run_check(self, check, submission):
            if check.id == "m1.conv.errors" and not killed:
                submission.ready()
                for (engine, enclosure), server in servers._servers.items():
                    if engine == "numpy" and (enclosure is None) == (rung.enclosure is None):
                        killed.append(server.process.pid)
                        os.kill(server.process.pid, signal.SIGKILL)
                        server.process.wait()

    plugins.register(Killer())
    checks = "m1.conv.init,m1.conv.behaviour,m1.conv.errors,m1.max_pool.behaviour,m1.max_pool.errors"
    config = Config(
        tree=ROOT / "solutions",
        milestones=("m1",),
        keyword=checks,
        train=False,
        isolation=rung.name,
        fresh=True,
        seed=5,
    )
    report = Session(config, plugins, servers=servers).run()
    servers.stop()
    assert killed
    assert {r.status for r in report.results} == {Status.PASSED}


def test_our_parts_that_run_beside_a_model_can_be_imported_on_every_rung(rung, submit_on):
    """One that imports a file which a worker may not read costs its pictures, or a training, on that rung alone."""
    beside = submit_on(rung, "x = 1\n", "torch")
    for part in ("inside", "inside_texts", "probes", "images", "text", "sequences", "comparison"):
        assert beside.call(f"dlf_reference.training.{part}:__getattribute__", "__name__").endswith(part)


def test_the_report_says_which_rung_ran_and_what_it_does_not_stop(rung, plugins, servers):
    config = Config(tree=ROOT / "solutions", milestones=("m1",), keyword="m1.flatten", isolation=rung.name, fresh=True)
    report = Session(config, plugins, servers=servers).run()
    assert report.isolation.startswith(f"{rung.name}: ")
    assert "does not stop" in report.isolation
    assert {r.status for r in report.results} == {Status.PASSED}


def test_what_could_not_be_had_is_in_the_report():
    assert "; not available here: a; not available here: b; does not" in named("locked").describe(["b", "a", "a"])


def test_bwrap_fails_with_one_line_where_it_is_missing(monkeypatch):
    monkeypatch.setattr(bwrap, "PROGRAM", "no-such-bwrap")
    bwrap.why_not.cache_clear()
    with pytest.raises(UsageError, match="--isolation bwrap: bubblewrap is not installed; install"):
        resolve("bwrap")
    monkeypatch.setattr(bwrap, "PROGRAM", "false")
    bwrap.why_not.cache_clear()
    with pytest.raises(UsageError, match="bubblewrap cannot make namespaces here"):
        resolve("bwrap")
    monkeypatch.undo()
    bwrap.why_not.cache_clear()


def test_the_filter_is_as_long_as_linux_allows_and_knows_both_machines():
    groups = tuple(seccomp.CALLS)
    for machine in seccomp.MACHINES:
        assert 100 < len(seccomp.assemble(groups, machine, 1)) // 8 < 4096


WITHOUT_NAMESPACES = """
import ctypes, os, platform, sys
from dlf_grader.sandbox import seccomp
column = seccomp.MACHINES[platform.machine()][0]
code = b"".join([
    seccomp._step(seccomp.LOAD, seccomp.NUMBER),
    *seccomp._where(seccomp.CLONE[column], 0, seccomp.JUMP_IF_BITS, [0x10000000], seccomp.REFUSE, seccomp.ALLOW),
    *seccomp._always(seccomp.CLONE3[column], seccomp.UNKNOWN),
    *seccomp._each_refused([seccomp.CALLS["new processes"]["unshare"][column]]),
])
seccomp.install_code(code)
"""


def run_without_namespaces(code, *words):
    """Run Python where the system allows no namespaces, as in most containers."""
    command = [sys.executable, "-c", WITHOUT_NAMESPACES + code, *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)


def test_where_there_are_no_namespaces_the_rest_is_taken_away_and_the_report_says_so(tmp_path):
    report = tmp_path / "report.json"
    grade = "from dlf_grader.cli import main\nsys.exit(main(sys.argv[1:]))\n"
    words = ["m1", "-k", "m1.flatten", "--tree", "solutions", "--fresh", "--report", f"json={report}"]
    done = run_without_namespaces(grade, *words)
    assert done.returncode == 0, done.stderr
    said = json.loads(report.read_text())["isolation"]
    assert "not available here: namespaces of its own (unshare: " in said
    assert not any(result["score"] < result["max_score"] for result in json.loads(report.read_text())["results"])


def test_where_there_are_no_namespaces_bwrap_says_so_in_one_line():
    done = run_without_namespaces("from dlf_grader.cli import main\nsys.exit(main(['m1', '--isolation', 'bwrap']))\n")
    assert done.returncode == 2
    assert done.stderr.startswith("dlf-grade: --isolation bwrap: bubblewrap ")
    assert len(done.stderr.splitlines()) == 1


def test_where_there_are_no_namespaces_modes_and_times_cannot_be_changed(tmp_path):
    victim = tmp_path / "victim"
    victim.touch()
    code = (
        "from dlf_grader.sandbox import rungs\n"
        "print(rungs.confine('locked', rungs.Place(sys.argv[1], sys.argv[1], 'numpy')))\n"
        "for change in (lambda: os.chmod(sys.argv[2], 0), lambda: os.utime(sys.argv[2], (1, 1))):\n"
        "    try:\n        change()\n    except PermissionError:\n        print('refused')\n"
    )
    (tmp_path / "scratch").mkdir()
    done = run_without_namespaces(code, str(tmp_path / "scratch"), str(victim))
    assert "namespaces" in done.stdout
    assert done.stdout.count("refused") == 2, done.stderr


def test_only_training_on_a_torch_exercise_may_use_a_gpu_and_gets_a_worker_of_its_own_for_it():
    servers = Servers()
    try:
        for engine, allowed in (("numpy", False), ("torch", True)):
            submission = Submission(lambda engine=engine: servers.worker(engine), Load("", "os", engine, "", "", 0))
            before = submission.call("os:getpid")
            submission.let_use_gpu(True)
            assert (submission.call("os:getpid") != before) is allowed
            assert submission._load.gpu is allowed
            submission.let_use_gpu(False)
            assert not submission._load.gpu
            submission.close()
    finally:
        servers.stop()
