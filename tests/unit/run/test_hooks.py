from pathlib import Path

import pytest
from course_of_two import MILESTONE, check
from dlf_grader.config import Config
from dlf_grader.failures import GraderFault
from dlf_grader.hookspecs import hookimpl
from dlf_grader.sandbox.rungs import RUNGS
from dlf_grader.sandbox.turns import WAITING


def test_a_few_more_threads_than_jobs_grade_exercises_as_some_wait_for_servers(plugins):
    with plugins.hook.dlf_executor(config=Config(tree=Path(), jobs=3)) as executor:
        assert executor._max_workers == 3 + WAITING


def test_a_check_is_run_by_its_own_function_unless_a_plugin_runs_it(plugins):
    one = check("one", lambda submission, ctx: {"cases": submission})
    assert plugins.hook.dlf_run_check(check=one, submission=4, ctx=None) == {"cases": 4}

    class Instead:
        @hookimpl
        def dlf_run_check(self, check):
            return {"cases": 0}

    plugins.register(Instead())
    assert plugins.hook.dlf_run_check(check=one, submission=4, ctx=None) == {"cases": 0}


def test_a_check_that_nobody_can_run_is_our_fault(plugins):
    with pytest.raises(GraderFault, match=r"nobody knows how to run x0\.one"):
        plugins.hook.dlf_run_check(check=check("one", None), submission=None, ctx=None)


@pytest.mark.parametrize("rung", RUNGS, ids=lambda rung: rung.name)
def test_a_worker_starts_on_the_rung_that_was_asked_for(plugins, servers, tmp_path, rung):
    if reason := rung.why_not():
        pytest.skip(reason)
    for name in ("tree", "scratch"):
        (tmp_path / name).mkdir()
    asked = {"config": Config(tree=tmp_path, isolation=rung.name), "servers": servers, "scratch": tmp_path / "scratch"}
    start = plugins.hook.dlf_worker(exercise=MILESTONE.exercises[0], **asked)
    before = set(servers._servers)
    channel = start()
    own = set(servers._servers) - before - {("numpy", None)}
    assert bool(own) == (rung.enclosure is not None)
    assert channel.close().startswith(("exited", "killed"))
    servers.leave(tmp_path)
