"""`dlf-grade batch --store FILE --export …`: marks from what was graded, by a policy and overrides."""

import csv

import pytest
from dlf_grader.classroom.command import batch
from dlf_grader.classroom.records import SubmissionRecord
from dlf_grader.classroom.store import ClassStore
from dlf_grader.failures import UsageError

LATE = "due = 2026-11-21\n[late]\npercent_a_day = 10\n"


@pytest.fixture
def folder(tmp_path):
    """A store in which Ada has 80 of 100, handed in half an hour after midnight in Berlin."""
    store = ClassStore(tmp_path / "course.db", "m0")
    run, _ = store.start_run(None, "c", 7)
    store.record(SubmissionRecord("ada", "ada.zip", "2026-11-21 23:30+00:00", digest="d"), "c")
    store.save_result(store.claim(run), run, (80.0, 100.0), 0.5, b"")
    store.close()
    (tmp_path / "policy.toml").write_text(LATE)
    return tmp_path


def exported(folder, *words, milestone="m0"):
    target = folder / "marks.csv"
    store = ("--store", str(folder / "course.db"), "-m", milestone, "--policy", str(folder / "policy.toml"))
    assert batch([*store, "--export", f"csv={target}", *words]) == 0
    with target.open(encoding="utf-8-sig", newline="") as file:
        return next(csv.DictReader(file))


@pytest.mark.parametrize(("zone", "mark"), [("Europe/Berlin", "70"), ("UTC", "80"), ("UTC-05:00", "80")])
def test_a_due_day_ends_in_the_time_zone_that_is_asked_for(folder, zone, mark):
    assert exported(folder, "--zone", zone)["mark"] == mark


def test_an_extension_is_in_that_zone_too_and_never_before_the_due_time(folder):
    overrides = folder / "overrides.csv"
    words = ("--zone", "Europe/Berlin", "--overrides", str(overrides))
    overrides.write_text("student,extension,reason\nada,22.11.2026 01:00,ill\n")
    row = exported(folder, *words)
    assert (row["mark"], row["why"].partition("; ")[2]) == ("80", "extended to 2026-11-22 01:00+01:00: ill")
    overrides.write_text("student,extension,reason\nada,2025-11-24,ill\n")
    with pytest.raises(UsageError, match=r"ada: the extension to 2025-11-24 23:59.* is before the due time 2026-11-21"):
        exported(folder, *words)


def test_two_due_times_and_a_milestone_that_was_not_graded_are_refused(folder):
    with pytest.raises(UsageError, match=r"--due 2026-11-30, but .*policy\.toml says 2026-11-21 23:59.*; give one"):
        exported(folder, "--due", "2026-11-30")
    with pytest.raises(UsageError, match=r"course\.db holds m0, and nothing of m1"):
        exported(folder, milestone="m1")


def test_a_marked_student_whom_the_platforms_file_lacks_is_named(folder, capsys):
    (folder / "in.csv").write_text("id,name,grade\nbob,Bob,\n")
    exported(folder, "--roster", str(folder / "in.csv"), "--export", f"sakai={folder / 'out.csv'}")
    assert "(0 students; with a mark, but not in " in capsys.readouterr().out
