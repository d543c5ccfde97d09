"""`dlf-grade batch --dry-run`, and the line at a run's end: what a person reads."""

import pytest
from dlf_grader.classroom.command import _summary, batch
from dlf_grader.classroom.records import SubmissionRecord
from dlf_grader.classroom.store import ClassStore


@pytest.fixture
def said(tmp_path, capsys):
    """The lines of a dry run over files by their paths."""

    def look(*paths, rules=("--due", "2026-11-21")):
        for path in paths:
            (tmp_path / "in" / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "in" / path).write_text("x = 1\n")
        (tmp_path / "roster.csv").write_text("id,name\nam,Anna Muster\nbg,Bo Gross\n")
        words = ("--roster", str(tmp_path / "roster.csv"), *rules, "--zone", "UTC", "--dry-run")
        assert batch([str(tmp_path / "in"), "-m", "m0", "--store", str(tmp_path / "c.db"), *words]) == 0
        return capsys.readouterr().out.splitlines()

    return look


def test_an_open_question_is_asked_once_and_the_file_for_its_answer_is_named(said, tmp_path):
    lines = said("Anna Muster_11_assignsubmission_file/layers.py", "Max Fremd_12_assignsubmission_file/layers.py")
    assert [line for line in lines if line.endswith(": not on the roster")] == [
        "Max Fremd_12_assignsubmission_file: not on the roster"
    ]
    assert f"1 open question: answer in {tmp_path / 'who.csv'}, and run again" in lines


def test_a_download_without_times_says_that_nobody_is_late(said):
    moodle = said("Anna Muster_11_assignsubmission_file/layers.py", "Bo Gross_12_assignsubmission_file/layers.py")
    assert any("nothing here tells when anything was handed in: nobody is late" in line for line in moodle)


def test_a_download_with_times_says_how_many_attempts_count(said):
    stamps = ("2026-11-20-10-00-00", "2026-11-20-11-00-00")
    lines = said(*(f"W1_{who}_attempt_{when}_layers.py" for who in ("am", "bg") for when in stamps))
    assert lines[0] == "read as: Blackboard · 4 submissions, of which 2 count"
    assert not any("nothing here tells" in line for line in lines)


def test_who_is_late_by_the_policy_and_its_own_due_times_is_seen_before_anything_is_graded(said, tmp_path):
    policy = tmp_path / "policy.toml"
    policy.write_text('due = 2026-11-20\ngrace_minutes = 90\n[due_of]\n"Bo Gross" = 2026-11-23\n')
    overrides = tmp_path / "overrides.csv"
    overrides.write_text("student,extension,reason\nce,2026-11-22,ill\n")
    when = "2026-11-21-10-00-00"
    files = [f"W1_{who}_attempt_{when}_layers.py" for who in ("am", "bg", "ce")]
    files.append("W1_de_attempt_2026-11-21-01-00-00_layers.py")
    lines = said(*files, rules=("--policy", str(policy), "--overrides", str(overrides)))
    table = {line.split()[0]: "late" in line for line in lines if line[:2] in ("am", "bg", "ce", "de")}
    assert table == {"am": True, "bg": False, "ce": False, "de": False}
    assert any(line.startswith("due: 2026-11-20 23:59") for line in lines)


def test_one_submission_is_not_told_as_several(said):
    assert said("Anna Muster_11_assignsubmission_file/layers.py")[0] == "read as: Moodle · 1 submission"


def test_what_a_run_graded_is_not_mixed_with_what_the_class_lacks(tmp_path):
    store = ClassStore(tmp_path / "c.db", "m0")
    store.record(SubmissionRecord("ada", "a", "2026-11-22 10:00+00:00", late=True, digest="d"), "c")
    store.record(SubmissionRecord("bob", "b", "", problem="it is not a zip"), "c")
    assert _summary(store, 0, 1.0) == "0 graded · 1.0 s · of all 2: 1 not gradable, 1 late"
    assert _summary(store, 1, 2.0) == "1 graded · 2.0 s · 30 a minute · of all 2: 1 not gradable, 1 late"
    store.close()
