import json
from dataclasses import replace

import pytest
from course_of_two import Course, check, halves, write_tree
from dlf_grader.claims import NOT_RUN, Status
from dlf_grader.config import Config
from dlf_grader.failures import CheckFailure, GraderFault, RunCancelled
from dlf_grader.hookspecs import hookimpl
from dlf_grader.report import Counterexample
from dlf_grader.run.session import Session
from dlf_grader.run.store import Store

A, B = "x0_two/a.py", "x0_two/b.py"


@pytest.fixture
def run(tmp_path, plugins, servers):
    """Run checks on the course's tree, with a store of the test's own."""
    stores = []

    def make(*checks, **asked):
        course = Course(*checks)
        if plugins.has_plugin("course"):
            plugins.unregister(name="course")
        plugins.register(course, "course")
        config = Config(**{"tree": write_tree(tmp_path / "tree"), "milestones": ("x0",), "jobs": 2} | asked)
        stores.append(Store(tmp_path / "cache"))
        return Session(config, plugins, servers=servers, store=stores[-1]), course

    yield make
    for store in stores:
        store.close()


def failing(submission, ctx):
    raise CheckFailure("wrong")


def statuses(report):
    return [result.status for result in report.results]


def test_results_are_announced_in_the_catalogues_order_whichever_file_is_ready_first(run):
    checks = [check("half", halves, B, after=("x0.double",)), check("double"), check("again", halves, B)]
    session, course = run(*checks)
    report = session.run()
    assert statuses(report) == [Status.PASSED] * 3
    assert [result.id for result in course.finished] == ["x0.half", "x0.double", "x0.again"]
    assert (report.score, report.max_score) == (30.0, 30.0)


def test_a_check_waits_for_one_of_another_file_and_is_blocked_where_that_fails(run):
    session, _ = run(check("half", halves, B, after=("x0.double",)), check("double", failing))
    half, double = session.run().results
    assert (half.status, half.message) == (Status.BLOCKED, "waits for x0.double")
    assert double.status is Status.FAILED


def test_a_failure_says_what_it_builds_on_where_that_was_neither_graded_nor_is_known_to_pass(run):
    def wrong(submission, ctx):
        raise CheckFailure("wrong", Counterexample("N=1", 1))

    half, double = check("half", wrong, B, after=("x0.double",)), check("double")
    told = "It builds on x0.double, which this run did not grade. Grade it first: dlf-grade x0.double"
    for _ in range(2):  # the second time as it is remembered
        assert [each.text for each in run(half)[0].run().results[0].diagnosis] == [told]
    whole = run(double, half)[0].run().results[1]
    assert (whole.status, whole.diagnosis) == (Status.FAILED, ())
    assert run(half)[0].run().results[0].diagnosis == ()


def test_a_report_exists_before_the_first_check_runs(run, tmp_path):
    path, seen = tmp_path / "report.json", []

    def look(submission, ctx):
        seen.append(json.loads(path.read_text()))

    session, _ = run(check("look", look), reports=(("json", path),))
    session.run()
    assert seen[0]["score"] == 0
    assert seen[0]["results"][0]["message"] == NOT_RUN
    assert json.loads(path.read_text())["score"] == 10.0


def test_a_report_holds_a_files_results_as_soon_as_the_file_is_done(run, tmp_path):
    path, seen = tmp_path / "report.json", []

    def look(submission, ctx):
        seen.append(json.loads(path.read_text())["score"])

    run(check("double"), check("look", look, "x0_two/b.py"), reports=(("json", path),), jobs=1)[0].run()
    assert seen == [10.0]


def test_an_unchanged_file_is_answered_from_memory_without_a_worker(run):
    asked = {"x0.one": 0}

    def count(submission, ctx):
        asked["x0.one"] += 1

    first, again = (run(check("one", count))[0].run().results[0] for _ in range(2))
    assert (first.cached, again.cached) == (False, True)
    assert replace(again, cached=False) == first
    assert asked == {"x0.one": 1}


def test_a_remembered_result_counts_only_while_what_it_builds_on_passes(run):
    dependent = check("half", halves, B, after=("x0.double",))
    run(check("double"), dependent)[0].run()
    report = run(check("double", failing), dependent, seed=1, fresh=True)[0].run()
    assert statuses(report) == [Status.FAILED, Status.BLOCKED]


def test_what_is_missing_is_said_and_the_check_not_run(run, plugins):
    class Probe:
        @hookimpl
        def dlf_probe(self, requirement):
            return "there is no telescope" if requirement == "telescope" else None

    plugins.register(Probe())
    session, _ = run(check("far", lambda submission, ctx: pytest.fail("it ran"), requires=("telescope",)))
    (result,) = session.run().results
    assert (result.status, result.message, result.max_score) == (Status.SKIPPED, "there is no telescope", 10.0)


def test_a_requirement_that_nobody_knows_is_our_fault(run):
    with pytest.raises(GraderFault, match=r"nobody knows the requirement 'telescope' of x0\.far"):
        run(check("far", requires=("telescope",)))[0].run()


def test_a_run_that_is_called_off_gives_no_verdict_on_what_it_interrupts(run, servers):
    sessions = []

    def interrupted(submission, ctx):
        sessions[0].cancel()
        submission.call("double", 1)

    session, course = run(check("one", interrupted), check("two"))
    sessions.append(session)
    with pytest.raises(RunCancelled):
        session.run()
    servers.resume()
    assert course.finished == []
    assert {result.message for result in session.report().results} == {NOT_RUN}


def test_a_verdict_that_was_certain_before_a_run_was_called_off_stands(run, servers):
    sessions = []

    def looked_into(submission, ctx):
        ctx.decided()
        sessions[0].cancel()
        raise CheckFailure("wrong")

    session, course = run(check("one", looked_into), check("two"))
    sessions.append(session)
    with pytest.raises(RunCancelled):
        session.run()
    servers.resume()
    assert [result.message for result in course.finished] == ["wrong"]


def test_a_run_that_remembers_everything_has_no_worker_to_isolate_unless_a_report_says_how(run, tmp_path):
    assert "not needed" not in run(check("one"))[0].run().isolation
    assert run(check("one"))[0].run().isolation == "not needed: every result was remembered"
    path = tmp_path / "report.json"
    run(check("one"), reports=(("json", path),))[0].run()
    assert "not needed" not in json.loads(path.read_text())["isolation"]


def test_the_report_names_the_files_the_rung_and_the_seed(run):
    report = run(check("one"), seed=7, isolation="process")[0].run()
    assert list(report.files) == [A]
    assert len(report.files[A]) == 64
    assert report.isolation.startswith("process: ")
    assert report.seed == 7
