"""What a run over a class grades, and what it says of each submission."""

from datetime import UTC

import msgspec
import pytest
from dlf_grader.classroom.assigning import assign
from dlf_grader.classroom.class_run import ClassRun, read_turn
from dlf_grader.classroom.intake import PLATFORMS, read_download
from dlf_grader.classroom.layout import Layout
from dlf_grader.classroom.people import People
from dlf_grader.classroom.roster import Roster
from dlf_grader.classroom.store import ATTEMPTS, ClassStore
from dlf_grader.model import Status
from dlf_grader.report import Report, Result

HERE = Layout(frozenset({"m1_cnn"}), {"conv.py": "m1_cnn/conv.py"})


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "in").mkdir()
    return tmp_path / "in"


def put(folder, student, text="x = 1\n"):
    (folder / student).mkdir(exist_ok=True)
    (folder / student / "conv.py").write_text(text)


@pytest.fixture
def ada(folder, tmp_path):
    """A run with one submission, recorded but not graded yet, and the events it shows."""
    put(folder, "ada")
    store, events = ClassStore(tmp_path / "class.db", "m1"), []
    run = ClassRun(store, HERE, store.start_run(1, "c", 1)[0], "c", {}, events.append)
    hand_in(run, folder)
    yield run, events
    store.close()


def hand_in(run, folder):
    """Read the folder, and record what is in it."""
    found = read_download(folder, HERE, UTC, PLATFORMS, lambda who: False).submitted
    turns = assign(found, Roster(), People(Roster()), None, {}, lambda one: "", {}).turns
    run.turns.update({turn.student: turn for turn in turns})
    for turn in turns:
        run.store.record(read_turn(turn.student, turn, HERE)[0], "c")


def report(status):
    result = Result("m1.conv.init", "m1", "m1_cnn/conv.py", "behaviour", "", status, 3.0, 4.0, "it failed")
    return msgspec.json.encode(Report("exercises", 1, "process", {}, {}, 3.0, 4.0, (result,)))


def test_a_submission_that_changed_since_it_was_recorded_is_graded_as_it_is_now(ada, folder):
    run, events = ada
    put(folder, "ada", "x = 2\n")
    _, files = run.take()
    assert files == {"m1_cnn/conv.py": b"x = 2\n"}
    assert not events


def test_a_submission_that_is_gone_is_said_and_not_graded(ada, folder):
    run, events = ada
    run.turns.clear()
    assert run.take() is None
    assert [(event.text, event.problem) for event in events] == [("it is no longer there", True)]


def test_a_fault_of_ours_gives_no_marks_and_is_said(ada):
    run, events = ada
    submission, _ = run.take()
    run.save(submission, report(Status.ERROR))
    (event,) = events
    assert event.text == "no marks, a fault of ours: m1.conv.init: it failed"
    assert (event.again, event.problem) == (False, True)
    (result,) = run.store.results()
    assert (result.state, result.score) == ("fault", None)
    assert run.store.faults_again() == 1, "it is graded once more"
    run.save(run.take()[0], report(Status.PASSED))
    assert [(it.state, it.score) for it in run.store.results()] == [("done", 3.0)]


def test_points_without_a_fault_are_no_problem(ada):
    run, events = ada
    submission, _ = run.take()
    run.save(submission, report(Status.FAILED))
    assert [(event.text, event.problem) for event in events] == [("3 of 4", False)]


def test_only_the_last_of_several_tries_gives_a_submission_up(ada):
    run, events = ada
    for _ in range(ATTEMPTS):
        submission, _ = run.take()
        run.retry(submission, "it died")
    assert [event.again for event in events] == [True] * (ATTEMPTS - 1) + [False]
    assert events[-1].text == "it died; given up"
    assert [it.state for it in run.store.results()] == ["fault"]


def test_equal_files_of_another_student_are_graded_once_and_this_is_said(ada, folder):
    run, events = ada
    run.save(run.take()[0], report(Status.FAILED))
    put(folder, "bob")
    put(folder, "eve", "x = 3\n")
    hand_in(run, folder)
    assert run.take()[0].student == "eve"
    assert events[-1].text == "3 of 4, the same files as ada"
    assert [(it.submission.student, it.score) for it in run.store.results()][:2] == [("ada", 3.0), ("bob", 3.0)]


def test_a_submission_that_was_nobodys_before_is_not_said_to_equal_itself(ada, folder):
    run, events = ada
    run.save(run.take()[0], report(Status.FAILED))
    (folder / "ada").rename(folder / "adele")
    run.turns.clear()
    hand_in(run, folder)
    assert run.take() is None
    assert events[-1].text == "3 of 4, graded before as ada"
