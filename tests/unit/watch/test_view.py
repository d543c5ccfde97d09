import io
from pathlib import Path

from dlf_grader.config import Config
from dlf_grader.model import Check, Status
from dlf_grader.report import Location, Report, Result
from dlf_grader.watch.view import OneExercise


def check(name, path):
    return Check(name, f"{name} is right", path, "parity", 1.0, "f", lesson="here")


def result(name, status):
    about = (name, "m1", "m1/a.py", "parity", f"{name} is right", status, 0.0, 1.0, "why")
    return Result(*about, location=Location("m1/a.py", 3))


def shown(*statuses, keys=False):
    screen = io.StringIO()
    view = OneExercise(screen, Config(tree=Path("exercises").resolve()), keys=keys)
    results = tuple(result(f"m1.{number}", status) for number, status in enumerate(statuses))
    checks = [check(one.id, one.exercise) for one in results]
    view.dlf_session_start(checks, view.config)
    for one, asked in zip(results, checks, strict=True):
        view.dlf_check_finished(asked, one)
    view.dlf_session_finish(Report("exercises", 1, "", {}, {}, 0.0, 4.0, results), view.config)
    return screen.getvalue()


def test_what_passes_is_a_line_and_only_the_first_failure_is_shown():
    text = shown(Status.PASSED, Status.PASSED, Status.FAILED, Status.FAILED, Status.PASSED, Status.BLOCKED)
    assert "+ 2 checks pass" in text
    assert "x m1.2 is right" in text
    assert "hint: dlf-grade hint m1.2" in text
    assert "m1.3" not in text
    assert "3 more after it, 1 of them pass" in text


def test_where_all_passes_that_is_said_once():
    assert shown(Status.PASSED, Status.PASSED).count("2 checks pass") == 1


def test_where_keys_are_taken_a_hint_is_a_key_away():
    assert "stuck: h\n" in shown(Status.TODO, keys=True)
    assert "stuck: dlf-grade hint m1.0" in shown(Status.TODO)
