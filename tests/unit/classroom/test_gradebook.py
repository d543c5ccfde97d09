"""The gradebook's rows, the names of students' files, and the counts on the class page."""

import re

import msgspec
import pytest
from dlf_grader.classroom.export import Class, gradebook
from dlf_grader.classroom.gradebook import as_stored, gradebook_rows, strangers
from dlf_grader.classroom.marks import Rules
from dlf_grader.classroom.page import write_pages
from dlf_grader.classroom.records import SubmissionRecord
from dlf_grader.classroom.roster import Roster, Student
from dlf_grader.classroom.store import ClassStore
from dlf_grader.plugins import load_plugins
from dlf_grader.report import Report

NAMES = ["ada", "Ada", "a/da", "a_da", "../ada", "ada\n", "学生", "x" * 200, "x" * 201, "."]


@pytest.fixture
def store(tmp_path):
    made = ClassStore(tmp_path / "class.db")
    yield made
    made.close()


def test_every_student_has_a_file_of_their_own_in_the_folder(store):
    for name in NAMES:
        store.record(SubmissionRecord(name, "", "", digest="d"), "c")
    stems = [row.file_stem for row in gradebook_rows(store, Roster())]
    assert len(set(stems)) == len(NAMES)
    assert all(re.fullmatch(r"[\w@.-]{1,100}", stem) and not stem.startswith(".") for stem in stems)


def test_a_roster_of_other_columns_finds_people_by_what_an_earlier_one_had_for_them(store):
    for name in ("am", "bg", "cb"):
        store.record(SubmissionRecord(name, "", "", digest=name), "c")
    store.remember({"am": ["am@x.org", "4711"], "bg": ["b@x.org"], "cb": ["b@x.org", "4713"]})
    worksheet = Roster((Student("4711", email="am@x.org"), Student("x", email="b@x.org"), Student("4713")))
    roster = as_stored(worksheet, store)
    assert [student.id for student in roster.students] == ["am", "x", "4713"], "an address of two is no evidence"
    assert strangers(roster, store) == ["bg", "cb"]


def test_students_of_the_roster_without_a_submission_come_last(store, tmp_path):
    store.record(SubmissionRecord("zoe", "zoe.zip", "", problem="it is not a zip"), "c")
    roster = Roster((Student("ada", "Ada"), Student("zoe", "Zoë")))
    assert [(row.student.name, row.state) for row in gradebook_rows(store, roster)] == [
        ("Zoë", "not graded: it is not a zip"),
        ("Ada", "nothing handed in"),
    ]
    assert gradebook(tmp_path / "marks.csv", Class(store, roster, Rules(), load_plugins(None))) == {"ada", "zoe"}
    assert "ada,Ada,,,,,nothing handed in" in (tmp_path / "marks.csv").read_text(encoding="utf-8")
    assert (tmp_path / "marks.csv").read_bytes().startswith(b"\xef\xbb\xbf"), "or Excel takes it for another encoding"


def test_everybody_is_in_a_count_of_the_class_page_a_withdrawn_student_too(store, tmp_path):
    run, _ = store.start_run(None, "c", 1)
    report = Report("exercises", 1, "locked", {}, {}, 0.0, 0.0, ())
    for name, problem in (("ada", ""), ("bob", "it is not a zip"), ("cleo", "")):
        store.record(SubmissionRecord(name, "", "", digest=name, problem=problem), "c")
    assert store.save_result(store.claim(run), run, None, 0.1, msgspec.json.encode(report))
    roster = Roster((Student("dan"), Student("eve", left="Withdrawn")))
    write_pages(tmp_path / "page", store, roster, lambda report: report, lambda row: False)
    facts = re.findall(r"<li><b>(\d+)</b> (.*)</li>", (tmp_path / "page" / "index.html").read_text(encoding="utf-8"))
    assert facts == [
        ("1", "without marks, by a fault of ours"),
        ("2", "not graded"),
        ("2", "nothing handed in"),
    ]
