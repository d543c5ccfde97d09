import threading
from dataclasses import replace

import numpy as np
from dlf_grader.claims import NOT_RUN
from dlf_grader.model import Check, Status
from dlf_grader.run.results import Results, plain_measurements, result_of


def check(name, *after):
    return Check(name, "a claim", "m0/a.py", "parity", 10.0, target="f", run=lambda s, c: None, after=after)


FIRST, SECOND, THIRD = check("first"), check("second", "first"), check("third", "first", "second", "elsewhere")


def ended(check, status):
    return result_of(check, status)


def test_only_a_check_that_passed_has_its_points():
    scores = {status: result_of(FIRST, status).score for status in Status}
    assert scores.pop(Status.PASSED) == 10.0
    assert set(scores.values()) == {0.0}


def test_a_check_without_a_result_is_not_run_yet_and_scores_nothing():
    results = Results([FIRST])
    assert FIRST not in results
    assert (results[FIRST].status, results[FIRST].message, results[FIRST].score) == (Status.SKIPPED, NOT_RUN, 0.0)


def test_a_check_waits_until_all_that_it_builds_on_is_settled():
    results = Results([FIRST, SECOND, THIRD])
    found = []
    waiting = threading.Thread(target=lambda: found.append(results.blocking(THIRD)))
    waiting.start()
    results.settle(FIRST, ended(FIRST, Status.PASSED))
    assert not found
    results.settle(SECOND, ended(SECOND, Status.PASSED))
    waiting.join()
    assert found == [None]


def test_the_first_that_did_not_pass_blocks():
    results = Results([FIRST, SECOND, THIRD])
    results.settle(FIRST, ended(FIRST, Status.TODO))
    results.settle(SECOND, ended(SECOND, Status.FAILED))
    assert results.blocking(THIRD) == "first"
    assert not results.passed_before(THIRD)


def test_what_this_run_is_not_about_blocks_nothing():
    assert Results([THIRD]).blocking(THIRD) is None
    assert Results([THIRD]).passed_before(THIRD)


def test_a_check_that_gets_no_result_lets_nobody_wait_and_nobody_through():
    results = Results([FIRST, SECOND])
    results.release([FIRST])
    assert results.blocking(SECOND) == "first"


def test_measurements_may_be_numpys_numbers_or_none_that_json_can_hold():
    measured = {
        "a": np.float64(0.5),
        "b": np.int64(3),
        "c": float("nan"),
        "d": np.float32("inf"),
        "e": "words",
        "f": np.ones(2),
    }
    plain = plain_measurements(measured)
    assert plain == {"a": 0.5, "b": 3, "c": "nan", "d": "inf", "e": "words", "f": "[1. 1.]"}
    assert {type(value) for value in plain.values()} <= {float, int, str}
    assert plain_measurements(None) == {}


def test_points_of_numpys_become_pythons():
    found = result_of(replace(FIRST, points=np.float64(4)), Status.PASSED)
    assert (type(found.score), type(found.max_score)) == (float, float)
