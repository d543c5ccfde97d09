"""`dlf-grade batch --store FILE --export …`: marks from what was graded, by a policy and overrides."""

import csv
import json
from dataclasses import replace

import msgspec
import pytest
from dlf_grader.classroom.command import batch
from dlf_grader.classroom.records import SubmissionRecord
from dlf_grader.classroom.store import ClassStore
from dlf_grader.failures import UsageError
from dlf_grader.model import Status
from dlf_grader.report import Report, Result

RESULT = Result("m0.a", "m0", "m0_mlp/layers.py", "parity", "", Status.FAILED, 0.0, 100.0)
LATE = "due = 2026-11-21\n[late]\npercent_a_day = 10\n"


@pytest.fixture
def folder(tmp_path):
    """A store in which Ada has 80 of 100, handed in half an hour after midnight in Berlin."""
    store = ClassStore(tmp_path / "course.db", "m0")
    run, _ = store.start_run(None, "c", 7)
    store.record(SubmissionRecord("ada", "ada.zip", "2026-11-21 23:30+00:00", digest="d"), "c")
    store.save_result(store.claim(run), run, (80.0, 100.0), 0.5, report_of(80.0))
    store.close()
    (tmp_path / "policy.toml").write_text(LATE)
    return tmp_path


def handed_in_again(folder, files, when, score):
    """Ada's next attempt."""
    store = ClassStore(folder / "course.db", "m0")
    run, _ = store.start_run(None, "c", 7)
    if store.record(SubmissionRecord("ada", "ada.zip", when, digest=files), "c"):
        store.save_result(store.claim(run), run, (score, 100.0), 0.5, report_of(score))
    store.close()


def report_of(score):
    return msgspec.json.encode(Report("exercises", 1, "locked", {}, {}, score, 100.0, (replace(RESULT, score=score),)))


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


@pytest.mark.parametrize("name", ["ada", "ADA@x", "Ada Lovelace", "Lovelace, Ada", "Group A"])
def test_a_due_time_is_of_a_student_by_any_name_or_of_a_group(folder, name):
    (folder / "r.csv").write_text("id,name,email,group\nada,Ada Lovelace,ada@x,Group A\n")
    due = f'due = 2026-11-20T12:00  # noon\n[due_of]\n"{name}" = 2026-11-21T23:40\n[late]\npercent_a_day = 10\n'
    (folder / "policy.toml").write_text(due)
    assert exported(folder, "--zone", "UTC", "--roster", str(folder / "r.csv"))["mark"] == "80"
    (folder / "policy.toml").write_text(due.replace(name, "nobody"))
    with pytest.raises(UsageError, match=r"due_of\.nobody: no student and no group of this class"):
        exported(folder, "--zone", "UTC", "--roster", str(folder / "r.csv"))


@pytest.mark.parametrize(
    ("files", "when", "score", "attempt", "mark"),
    [
        ("e", "2026-11-23 12:00+00:00", 75.0, "best", "80"),  # the earlier one was in time, and better
        ("e", "2026-11-23 12:00+00:00", 99.0, "best", "80"),  # late, it would be 79
        ("e", "2026-11-22 12:00+00:00", 99.0, "best", "89"),
        ("d", "2026-11-23 12:00+00:00", 80.0, "best", "80"),  # the same files again
        ("e", "2026-11-23 12:00+00:00", 99.0, "latest", "79"),
        ("d", "2026-11-23 12:00+00:00", 80.0, "latest", "60"),
    ],
)
def test_each_attempt_is_late_by_its_own_time_and_the_best_mark_counts(folder, files, when, score, attempt, mark):
    handed_in_again(folder, files, when, score)
    (folder / "policy.toml").write_text(f'attempt = "{attempt}"\n{LATE}')
    row = exported(folder, "--zone", "UTC")
    assert row["mark"] == mark
    assert ("an earlier attempt was better and counts" in row["why"]) == (mark == "80")


def test_two_due_times_and_a_milestone_that_was_not_graded_are_refused(folder):
    with pytest.raises(UsageError, match=r"--due 2026-11-30, but .*policy\.toml says 2026-11-21 23:59.*; give one"):
        exported(folder, "--due", "2026-11-30")
    with pytest.raises(UsageError, match=r"course\.db holds m0, and nothing of m1"):
        exported(folder, milestone="m1")


def test_a_marked_student_whom_the_platforms_file_lacks_is_named(folder, capsys):
    (folder / "in.csv").write_text("id,name,grade\nbob,Bob,\n")
    exported(folder, "--roster", str(folder / "in.csv"), "--export", f"sakai={folder / 'out.csv'}")
    assert "(0 students; with a mark, but not in " in capsys.readouterr().out


@pytest.fixture
def marked_by_hand(folder):
    """Bob has a mark by hand and no work, Ada too and work, Eve is excused, Dan has a mark and no LTI user."""
    (folder / "in.csv").write_text(
        "id,name,lti,grade\nada,Ada,u1,\nbob,Bob,u2,\neve,Eve,u3,55\ndan,Dan,,\nfay,Fay,u5,\n"
    )
    (folder / "overrides.csv").write_text(
        "student,excused,mark,reason\nada,,60,oral exam\nbob,,90,oral exam\neve,yes,,ill\ndan,,30,oral exam\n"
    )
    return ("--roster", str(folder / "in.csv"), "--overrides", str(folder / "overrides.csv"))


def test_a_mark_by_hand_reaches_lti_with_and_without_work_and_who_does_not_is_named(folder, marked_by_hand, capsys):
    exported(folder, *marked_by_hand, "--export", f"lti={folder / 'lti.jsonl'}")
    scores = {it["userId"]: it for it in map(json.loads, (folder / "lti.jsonl").read_text().splitlines())}
    assert {user: (it["scoreGiven"], it["scoreMaximum"]) for user, it in scores.items()} == {
        "u1": (60.0, 100.0),
        "u2": (90.0, 100.0),
    }
    assert {(it["gradingProgress"], it["comment"]) for it in scores.values()} == {("FullyGraded", "Set by hand.")}
    assert "(2 students; with a mark, but not in it: dan (it needs the user's id" in capsys.readouterr().out


def test_a_mark_that_stands_in_no_file_of_an_export_is_said(folder, marked_by_hand, capsys):
    exported(
        folder, *marked_by_hand, "--export", f"json={folder / 'json'}", "--export", f"moodle-feedback={folder}/f.zip"
    )
    out = capsys.readouterr().out
    assert "json: " in out
    assert "(1 students; with a mark, but not in it: bob, dan)" in out
    assert "(0 students; with a mark, but not in it: ada, bob, dan (no page of theirs" in out


def test_an_older_mark_that_stays_in_the_platforms_file_and_an_unknown_scale_are_said(folder, marked_by_hand, capsys):
    exported(folder, *marked_by_hand, "--export", f"sakai={folder / 'out.csv'}")
    out = capsys.readouterr().out
    assert "(3 students; no mark, so the cell keeps what is in it: eve; marks are out of 100: " in out
    assert "in.csv does not say how many points the assignment has)" in out


@pytest.mark.parametrize(
    ("due_of", "said"),
    [
        ('ada = 2026-11-28\n"ada@x" = 2026-11-29', "one student has two due times"),
        ('ada = 2026-11-28\n"Ada Lovelace" = 2026-11-29', r"due_of\.ada and due_of\.ada lovelace"),
        ('ada = 2026-11-28\n"ADA" = 2026-11-28', r"due_of\.ada and due_of\.ADA are the same name"),
        ("bob = 2026-11-28", "a student and a group of others are called so"),
    ],
)
def test_two_due_times_of_one_student_are_refused_in_one_line(folder, due_of, said):
    (folder / "r.csv").write_text("id,name,email,group\nada,Ada Lovelace,ada@x,bob\nbob,Bob Ross,bob@x,\n")
    (folder / "policy.toml").write_text(f"{LATE}[due_of]\n{due_of}\n")
    with pytest.raises(UsageError, match=said) as error:
        exported(folder, "--zone", "UTC", "--roster", str(folder / "r.csv"))
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("due_of", "extension", "mark"),
    [
        ("A = 2026-11-19\nB = 2026-11-20", "", "70"),  # the latest of the groups'
        ("ada = 2026-11-19\nA = 2026-11-30", "", "60"),  # the own one before a group's
        ("ada = 2026-11-19\nA = 2026-11-30", "2026-11-22", "80"),  # an extension before both
    ],
)
def test_an_extension_counts_before_an_own_due_time_and_that_before_a_groups(folder, due_of, extension, mark):
    (folder / "r.csv").write_text('id,name,email,group\nada,Ada Lovelace,ada@x,"A,B"\n')
    (folder / "policy.toml").write_text(f"{LATE}[due_of]\n{due_of}\n")
    (folder / "o.csv").write_text(f"student,extension\nada,{extension}\n")
    row = exported(folder, "--zone", "UTC", "--roster", str(folder / "r.csv"), "--overrides", str(folder / "o.csv"))
    assert row["mark"] == mark


def test_nobody_is_called_late_within_an_own_due_time(folder):
    store = ClassStore(folder / "course.db", "m0")
    store.start_run(None, "c", 7)
    store.record(SubmissionRecord("ada", "ada.zip", "2026-11-21 23:30+00:00", late=True, digest="d"), "c")
    store.close()
    (folder / "o.csv").write_text("student,extension\nada,2026-11-28\n")
    words = ("--zone", "UTC", "--overrides", str(folder / "o.csv"), "--export", f"html={folder / 'page'}")
    assert exported(folder, *words)["late"] == ""
    assert " · late" not in (folder / "page" / "index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(("when", "mark"), [("2026-11-21 23:59:00+00:00", "80"), ("2026-11-21 23:59:01+00:00", "70")])
def test_a_due_time_is_to_the_second(folder, when, mark):
    handed_in_again(folder, "d", when, 80.0)
    (folder / "policy.toml").write_text("due = 2026-11-21T23:59\n[late]\npercent_a_day = 10\n")
    assert exported(folder, "--zone", "UTC")["mark"] == mark


@pytest.mark.parametrize(("problem", "mark"), [("it is empty", "80"), ("", "")])
def test_the_best_counts_though_the_latest_cannot_be_graded_but_not_while_it_waits(folder, problem, mark):
    (folder / "policy.toml").write_text('attempt = "best"\n')
    store = ClassStore(folder / "course.db", "m0")
    store.start_run(None, "c", 7)
    store.record(SubmissionRecord("ada", "ada.zip", "2026-11-22 12:00+00:00", digest="e", problem=problem), "c")
    store.close()
    assert exported(folder)["mark"] == mark


def test_why_of_a_name_that_two_have_is_asked_back(folder):
    (folder / "r.csv").write_text("id,name\nada,Ada Lovelace\nada2,Ada Lovelace\n")
    with pytest.raises(UsageError, match="--why ada lovelace: fits ada and ada2; give the id"):
        exported(folder, "--roster", str(folder / "r.csv"), "--why", "ada lovelace")


def test_a_pattern_with_a_typo_gets_a_suggestion(folder):
    (folder / "policy.toml").write_text('drop = ["mo.*"]\n')
    with pytest.raises(UsageError, match=r"no check is called mo\.\*; did you mean m0\.\*\?"):
        exported(folder)


def test_people_of_the_store_whom_the_roster_lacks_are_named(folder, capsys):
    (folder / "r.csv").write_text("id,name\nbob,Bob Ross\n")
    exported(folder, "--roster", str(folder / "r.csv"))
    assert "not on this roster, so under their own names: ada" in capsys.readouterr().out


CANVAS = 'Student,ID,SIS User ID,SIS Login ID,Section,W1 (11)\n"    Points Possible",,,,,10\n'


@pytest.mark.parametrize(
    ("rows", "cells"),
    [
        ('"Lovelace, Ada",1,ada,al,S,\n"Ross, Bob",2,4712,ab,S,\n', ["8", ""]),  # the store knows her number
        ('"Lovelace, Ada",1,4711,ADA,S,\n"Ross, Bob",2,4712,ab,S,\n', ["8", ""]),  # in capitals
        ('"Lovelace, Ada",1,ada,al,S,\n"Ross, Bob",2,ada,ab,S,\n', ["", ""]),  # of two people
        ('"Lovelace, Ada",1,ada,al,S,\n"Ross, Bob",2,4712,ada,S,\n', ["", "8"]),  # somebody's login is her number
    ],
)
def test_another_roster_of_the_class_may_name_people_by_another_id(folder, rows, cells):
    (folder / "g.csv").write_text(f"{CANVAS}{rows}")
    exported(folder, "--roster", str(folder / "g.csv"), "--export", f"canvas={folder / 'out.csv'}")
    with (folder / "out.csv").open(newline="") as file:
        assert [row[5] for row in csv.reader(file)][2:] == cells
