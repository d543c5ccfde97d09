import os
from dataclasses import replace

import pytest
from course_of_two import MILESTONE, check, doubles, write_tree
from dlf_grader.config import Config
from dlf_grader.failures import GraderFault, WorkerTimeout
from dlf_grader.model import Status
from dlf_grader.run.exercise import Grader
from dlf_grader.run.oracle import Oracle
from dlf_grader.run.reading.tree import Tree

EXERCISE = MILESTONE.exercises[0]


@pytest.fixture
def grader(tmp_path, plugins, servers):
    """A grader of the tree's first file, with `blocked` as the ids of checks that something before them blocks."""
    made = []

    def make(checks, blocked=(), **changed):
        config = Config(tree=write_tree(tmp_path / "tree", **changed), seed=5)

        def blocking(check):
            return "x0.before" if check.id in blocked else None

        oracle = Oracle(servers, None)
        made.append(Grader(config, Tree(config.tree), plugins.hook, servers, oracle, checks, blocking))
        return made[-1].__enter__()

    yield make
    for each in made:
        each.__exit__(None, None, None)


def test_a_check_is_run_when_its_result_is_asked_for(grader):
    ran = []

    def noting(name):
        return lambda submission, ctx: ran.append(name) or doubles(submission, ctx)

    checks = [check("one", noting("one")), check("two", noting("two"))]
    results = grader(checks).grade(EXERCISE, checks)
    assert next(results).result.status is Status.PASSED
    assert ran == ["one"]
    assert [each.check.id for each in results] == ["x0.two"]
    assert ran == ["one", "two"]


def test_a_passed_check_has_its_points_measurements_and_prints(grader):
    checks = [check("one")]
    ((found),) = grader(checks).grade(EXERCISE, checks)
    assert (found.result.status, found.result.score, found.result.measurements) == (Status.PASSED, 10.0, {"cases": 1})
    assert "doubling 2" in found.result.output
    assert found.lasting


def test_a_blocked_check_is_not_run_and_says_what_it_waits_for(grader):
    checks = [check("one", lambda submission, ctx: pytest.fail("it ran"))]
    ((found),) = grader(checks, blocked=["x0.one"]).grade(EXERCISE, checks)
    assert (found.result.status, found.result.message) == (Status.BLOCKED, "waits for x0.before")


@pytest.mark.parametrize(("small", "status"), [(True, Status.BLOCKED), (False, Status.PASSED)])
def test_checks_of_a_function_that_does_not_end_a_small_case_wait_for_the_one_that_found_out(grader, small, status):
    def endless(submission, ctx):
        error = WorkerTimeout("double(2) did not end in time")
        error.small = small
        raise error

    other = replace(check("three"), target="triple")
    checks = [check("one", endless), check("two"), other]
    found = [each.result for each in grader(checks).grade(EXERCISE, checks)]
    assert [each.status for each in found] == [Status.TIMEOUT, status, Status.PASSED]
    assert not small or found[1].message == "waits for x0.one"


def test_every_check_of_a_class_waits_for_the_one_that_found_its_constructor_endless(grader):
    def endless(submission, ctx):
        error = WorkerTimeout("Double() did not end in time")
        error.small = True
        raise error

    targets = {"one": "Double.__init__", "two": "Double.forward", "three": "triple"}
    checks = [replace(check(name, *[endless] * (name == "one")), target=to) for name, to in targets.items()]
    found = [each.result for each in grader(checks).grade(EXERCISE, checks)]
    assert [each.status for each in found] == [Status.TIMEOUT, Status.BLOCKED, Status.PASSED]


def test_a_fault_of_one_check_leaves_the_others_their_results(grader):
    def fault(submission, ctx):
        raise GraderFault("ours")

    checks = [check("one", fault), check("two", lambda submission, ctx: 1 / 0), check("three")]
    statuses = [each.result.status for each in grader(checks).grade(EXERCISE, checks)]
    assert statuses == [Status.ERROR, Status.ERROR, Status.PASSED]


def test_what_a_file_is_said_to_be_is_said_once_and_not_for_good(grader):
    checks = [check("one"), check("two")]
    first, second = grader(checks, a="raise RuntimeError('no')\n").grade(EXERCISE, checks)
    assert (first.result.status, first.lasting) == (Status.FAILED, False)
    assert "RuntimeError: no" in first.result.message
    assert (second.result.status, second.lasting) == (Status.BLOCKED, False)
    assert second.result.message == "waits for x0_two/a.py to be importable"


def test_checks_share_no_object_of_the_worker(grader):
    def first(submission, ctx):
        submission.call("double", 1)
        submission.put([1])
        assert submission._type_names

    def second(submission, ctx):
        assert not submission._type_names

    checks = [check("one", first), check("two", second)]
    assert [each.result.status for each in grader(checks).grade(EXERCISE, checks)] == [Status.PASSED] * 2


def test_whoever_stops_asking_ends_the_worker(grader):
    workers = []
    checks = [check("one", lambda submission, ctx: workers.append(submission)), check("two")]
    results = grader(checks).grade(EXERCISE, checks)
    next(results)
    assert workers[0]._channel is not None
    results.close()
    assert workers[0]._channel is None


def test_nothing_is_left_on_the_disk(grader):
    checks = [check("one", lambda submission, ctx: None)]
    one = grader(checks)
    list(one.grade(EXERCISE, checks))
    assert os.path.isdir(one._folder)
    one.__exit__(None, None, None)
    assert not os.path.exists(one._folder)
