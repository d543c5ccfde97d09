"""What a run over a class grades, and what it says of each submission."""

import os
from datetime import UTC, datetime

import msgspec
import pytest
from dlf_grader.classroom.class_run import ClassRun, latest_by_student
from dlf_grader.classroom.intake import Layout, find_submissions
from dlf_grader.classroom.roster import Roster, Student
from dlf_grader.classroom.store import ATTEMPTS, ClassStore
from dlf_grader.model import Status
from dlf_grader.report import Report, Result

HERE = Layout(frozenset({"m1_cnn"}), {"conv.py": "m1_cnn/conv.py"}, "m1_cnn")


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
    submitted, (record,) = latest_by_student(find_submissions(folder, HERE)[0], Roster(), None)
    store, events = ClassStore(tmp_path / "class.db"), []
    run = ClassRun(store, HERE, store.start_run(1, "c", 1)[0], "c", submitted, events.append)
    store.record(record, "c")
    yield run, events
    store.close()


def report(status):
    result = Result("m1.conv.init", "m1", "m1_cnn/conv.py", "behaviour", "", status, 3.0, 4.0, "it failed")
    return msgspec.json.encode(Report("exercises", 1, "process", {}, {}, 3.0, 4.0, (result,)))


def test_the_latest_of_several_counts_and_the_others_are_noted(folder):
    put(folder, "ada")
    put(folder, "ada_final", "later\n")
    put(folder, "bob")
    put(folder, "stranger")
    for number, path in enumerate(
        [folder / "ada" / "conv.py", folder / "ada_final" / "conv.py", folder / "bob" / "conv.py"]
    ):
        os.utime(path, (1_700_000_000 + 3600 * number,) * 2)
    roster = Roster((Student("ada", "Ada Lovelace"), Student("bob"), Student("eve")))
    due = datetime.fromtimestamp(1_700_000_000 + 5400, UTC)
    submitted, records = latest_by_student(find_submissions(folder, HERE)[0], roster, due)
    by_student = {record.student: record for record in records}
    assert submitted["ada"].source == by_student["ada"].source == "ada_final"
    assert by_student["ada"].note.startswith("ada of 2023-11-14")
    assert not by_student["ada"].late
    assert by_student["bob"].late
    assert "not on the roster" in by_student["stranger"].note
    assert "eve" not in by_student


def test_a_submission_that_changed_since_it_was_recorded_is_graded_as_it_is_now(ada, folder):
    run, events = ada
    put(folder, "ada", "x = 2\n")
    _, files = run.take()
    assert files == {"m1_cnn/conv.py": b"x = 2\n"}
    assert not events


def test_a_submission_that_is_gone_is_said_and_not_graded(ada, folder):
    run, events = ada
    run.submitted.clear()
    assert run.take() is None
    assert [(event.text, event.problem) for event in events] == [("it is no longer there", True)]


def test_a_fault_of_ours_is_counted_and_said_beside_the_points(ada):
    run, events = ada
    submission, _ = run.take()
    run.save(submission, report(Status.ERROR))
    (event,) = events
    assert event.text == "3 of 4; our fault: m1.conv.init: it failed"
    assert (event.again, event.problem, run.faults) == (False, True, 1)


def test_points_without_a_fault_are_no_problem(ada):
    run, events = ada
    submission, _ = run.take()
    run.save(submission, report(Status.FAILED))
    assert [(event.text, event.problem) for event in events] == [("3 of 4", False)]
    assert not run.faults


def test_only_the_last_of_several_tries_counts_a_submission_as_given_up(ada):
    run, events = ada
    for _ in range(ATTEMPTS):
        submission, _ = run.take()
        run.retry(submission, "it died")
    assert [event.again for event in events] == [True] * (ATTEMPTS - 1) + [False]
    assert events[-1].text == "it died; given up"
    assert run.faults == 1
