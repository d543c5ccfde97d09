"""What a roster says besides who somebody is: who left, when they handed in, whose grade is closed."""

from datetime import UTC, datetime

import pytest
from dlf_grader.classroom.assigning import assign
from dlf_grader.classroom.download import times_in_worksheet
from dlf_grader.classroom.fill import FORMS, fill
from dlf_grader.classroom.gradebook import GradebookRow
from dlf_grader.classroom.intake import Submitted
from dlf_grader.classroom.marks import Mark, Rules
from dlf_grader.classroom.overview import on_the_roster, table
from dlf_grader.classroom.people import People
from dlf_grader.classroom.platforms import Attempt, Download, Who
from dlf_grader.classroom.platforms.sakai import claim
from dlf_grader.classroom.records import StudentResult, SubmissionRecord
from dlf_grader.classroom.roster import read_roster

WORKSHEET = (
    'Identifier,"Full name","Email address",Status,Grade,"Maximum Grade","Grade can be changed",'
    '"Last modified (submission)","Last modified (grade)"\n'
    '"Participant 31","Ada Alt",ada@x,"Submitted for grading",,100.00,Yes,"Sunday, 22 November 2026, 2:14 AM",-\n'
    '"Participant 32","Bob Rot",bob@x,"Submitted for grading",55.00,100.00,No,"Friday, 20 November 2026, 6:05 PM",-\n'
    '"Participant 33","Eve Neu",eve@x,"No submission",,100.00,Yes,-,-\n'
)
GERMAN = (
    'ID;"Vollständiger Name";E-Mail-Adresse;Status;Bewertung;Bestwertung;"Bewertung kann geändert werden";'
    '"Zuletzt geändert (Abgabe)";"Zuletzt geändert (Bewertung)"\n'
    '"Teilnehmer/in31";"Ada Alt";ada@x;Abgegeben;;100,00;Ja;"Sonntag, 22. November 2026, 02:14";-\n'
    '"Teilnehmer/in32";"Bob Rot";bob@x;Abgegeben;55,00;100,00;Nein;"Freitag, 20. November 2026, 18:05";-\n'
)
DUE = datetime(2026, 11, 21, 23, 59, tzinfo=UTC)


def roster(tmp_path, text):
    (tmp_path / "roster.csv").write_text(text, encoding="utf-8")
    return read_roster(tmp_path / "roster.csv")


def handed(number, name, when=None):
    key = f"{name}_{number}_assignsubmission_file"
    return Submitted(Attempt(key, (Who(key, participant=number, names=(name,), group=name),), when))


def turns(roster, *submitted):
    times = times_in_worksheet(roster, UTC)
    made = assign(submitted, roster, People(roster), DUE, {}, lambda one: "", times)
    return {turn.student: (turn.when and turn.when.strftime("%d %H:%M"), turn.late) for turn in made.turns}


@pytest.mark.parametrize("text", [WORKSHEET, GERMAN])
def test_the_worksheet_tells_when_its_participants_handed_in(tmp_path, text):
    found = turns(roster(tmp_path, text), handed("31", "Ada Alt"), handed("32", "Bob Rot"))
    assert [*found.values()] == [("22 02:14", True), ("20 18:05", False)]


def test_the_downloads_own_time_counts_before_the_worksheets(tmp_path):
    own = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
    assert [*turns(roster(tmp_path, WORKSHEET), handed("31", "Ada Alt", own)).values()] == [("20 12:00", False)]


def test_the_worksheet_of_another_assignment_has_no_times(tmp_path):
    found = turns(roster(tmp_path, WORKSHEET), handed("77", "Ada Alt"), handed("32", "Eve Neu"))
    assert [*found.values()] == [(None, None), (None, None)]


def test_what_is_no_clear_time_is_not_read(tmp_path):
    unclear = WORKSHEET.replace("2:14 AM", "2:14 a. m.").replace("Friday, 20 November", "01/02")
    assert times_in_worksheet(roster(tmp_path, unclear), UTC) == {}


def test_the_number_of_a_group_is_nobodys(tmp_path):
    people = People(roster(tmp_path, WORKSHEET.replace("Status", "Group,Status").replace("@x,", "@x,Gruppe A,")))
    match = people.find(handed("31", "Gruppe A").attempt.who[0])
    assert (match.how, [it.name for it in match.students]) == ("group", ["Ada Alt", "Bob Rot", "Eve Neu"])
    people = People(roster(tmp_path, WORKSHEET))
    assert people.find(handed("31", "Gruppe A").attempt.who[0]).question.startswith("its number is")
    assert people.find(handed("31", "Teilnehmerin").attempt.who[0]).students[0].name == "Ada Alt"  # blind marking


@pytest.mark.parametrize("text", [WORKSHEET, GERMAN])
def test_a_grade_that_cannot_be_changed_is_left_alone_and_named(tmp_path, text):
    ids = [it.id for it in roster(tmp_path, text).students]
    marks = dict.fromkeys(ids, Mark(80.0, 100.0))
    done = fill(FORMS["moodle"], tmp_path / "roster.csv", tmp_path / "out.csv", marks, "", {})
    assert (done.closed, done.students) == ([ids[1]], {*ids} - {ids[1]})
    rows = (tmp_path / "out.csv").read_text(encoding="utf-8").splitlines()
    assert ",80," in rows[1].replace(";", ",")
    assert "55" in rows[2]
    assert "80" not in rows[2]


LEFT = "Name,Username,Status\nAda Alt,ada,Active\nBob Rot,bob,Withdrawn\nEve Neu,eve,Dropped\n"


def test_people_who_left_are_not_missing_and_are_named(tmp_path):
    found = roster(tmp_path, LEFT)
    submitted = [Submitted(Attempt(id, (Who(id, ids=(id,)),))) for id in ("ada", "bob")]
    made = assign(submitted, found, People(found), None, {}, lambda one: "", {})
    assert on_the_roster(made, found) == "2 of 2 on the roster, not counted, eve: Dropped"
    assert next(turn for turn in made.turns if turn.student == "bob").notes == ("Withdrawn on the roster",)
    assert any("nothing (Dropped)" in line for line in table([], made, found, layout(), Rules()))
    absent = StudentResult(SubmissionRecord("", "", ""), "absent", None, None, None, "", None)
    assert GradebookRow(found.students[2], absent).state == "nothing handed in: Dropped on the roster"


def layout():
    from dlf_grader.classroom.layout import Layout

    return Layout(frozenset({"m0_mlp"}), {"layers.py": "m0_mlp/layers.py"})


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("First name,Last name,Email address,Status\nAda,Alt,ada@x,Suspended\n", "Suspended"),
        ("Vorname;Nachname;E-Mail-Adresse;Status\nAda;Alt;ada@x;beurlaubt\n", "beurlaubt"),
        ('"Last Name"\t"First Name"\t"Username"\t"Availability"\nAlt\tAda\tada\tNo\n', "not available"),
        ("Name,SID,Status\nAda Alt,4711,Missing\n", ""),  # Gradescope's, of one assignment
        ("Identifier,Full name,Status\nParticipant 31,Ada Alt,No submission\n", ""),
        ("Name,Login,Section,Status\nAda,ada,A,Dropped\nAda,ada,B,Active\n", ""),  # changed sections
    ],
)
def test_only_a_status_that_means_leaving_is_one(tmp_path, text, left):
    assert roster(tmp_path, text).students[0].left == left


class Note:
    def __init__(self, path, text=""):
        self.path, self.text = path, text

    def load(self):
        return self.text.encode()


GRADES = (
    '"HW"\n""\n"Display ID","ID","Last Name","First Name","grade","Submission date","Late submission"\n'
    '"ada","ada","Alt","Ada","","2026-11-22T04:00:05Z","Late"\n"bob","bob","Rot","Bob","","soon",""\n'
)


def sakai(*notes):
    found = claim(Download(notes, frozenset({"layers"}), UTC))
    return {it.attempt.who[0].key: it.attempt.when for it in found.values() if it.attempt.who}


def test_sakais_gradebook_tells_when_where_no_note_does():
    flat = [Note(f"{who}_Submission attachment(s)_layers.py") for who in ("Alt, Ada(ada)", "Rot, Bob(bob)")]
    assert sakai(*flat, Note("grades.csv", GRADES)) == {
        "ada": datetime(2026, 11, 22, 4, 0, 5, tzinfo=UTC),
        "bob": None,
    }
    own = Note("Alt, Ada(ada)/Submission attachment(s)/grades.csv", GRADES)  # a student's own tells nothing
    assert sakai(own) == {"ada": None}


@pytest.mark.parametrize("text", ["20261122114400200", "2026-11-22T11:44:00.2Z"])
def test_sakais_times_are_gmt_wherever_the_instructor_is(text):
    from zoneinfo import ZoneInfo

    notes = [Note("Alt, Ada(ada)/timestamp.txt", text)]
    found = claim(Download(notes, frozenset(), ZoneInfo("America/New_York")))
    assert next(iter(found.values())).attempt.when == datetime(2026, 11, 22, 11, 44, tzinfo=UTC)


@pytest.mark.parametrize("remark", ["Exported on 2026-11-28 10:00,,", "Total students: 2,,", ",Tutorial 2: Monday,"])
def test_a_line_of_text_in_a_roster_is_nobody_and_is_said(tmp_path, remark):
    found = roster(tmp_path, f"id,name,email\nada,Ada Alt,a@x\n{remark}\nbob,Bob Rot,b@x\neve,,\n")
    assert [it.id for it in found.students] == ["ada", "bob", "eve"]
    assert "nobody is meant by line 3" in found.read_as


@pytest.mark.parametrize("second", ["Email (private)", "Private email"])
def test_a_second_address_is_somebodys_too(tmp_path, second):
    found = roster(tmp_path, f"id,name,Email,{second}\nada,Ada Alt,a@x.example,ada@y.example\n")
    assert People(found).find(Who("k", emails=("ada@y.example",))).students == found.students


def test_vowel_signs_and_voicing_marks_tell_people_apart(tmp_path):
    names = ("ดี ใจ", "राम देव", "かな たろう", "Björn Groß")
    people = People(roster(tmp_path, "id,name\n" + "".join(f"{at},{name}\n" for at, name in enumerate(names))))
    for name in names:
        assert people.find(Who(name, names=(name,))).students[0].name == name
    assert people.find(Who("k", names=("Bjorn Groß",))).students[0].name == "Björn Groß"
    for other in ("ดุ ใจ", "रमा देव", "がな たろう"):
        assert not people.find(Who(other, names=(other,))).students
