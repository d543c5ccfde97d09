"""Whose each attempt is, which of several counts, and what has to be asked."""

from datetime import UTC, datetime

import pytest
from dlf_grader.classroom.assigning import assign, read_answers, write_questions
from dlf_grader.classroom.intake import Submitted
from dlf_grader.classroom.people import People
from dlf_grader.classroom.platforms import Attempt, Who
from dlf_grader.classroom.roster import Roster, Student
from dlf_grader.failures import UsageError

ROSTER = Roster((Student("ada", "Ada Lovelace"), Student("am1", "Anna Muster"), Student("am2", "Anna Muster")))
DUE = datetime(2026, 11, 21, tzinfo=UTC)


def handed(source, name, day=None, **more):
    when = datetime(2026, 11, day, tzinfo=UTC) if day else None
    return Submitted(Attempt(source, (Who(source, names=(name,)),), when, **more))


def assigned(*submitted, due=DUE, answers=None):
    return assign(submitted, ROSTER, People(ROSTER), due, answers or {}, lambda one: "", {})


def test_the_latest_attempt_counts_and_the_others_are_named():
    (turn,) = assigned(handed("b", "Ada Lovelace", 22), handed("a", "Ada Lovelace", 20)).turns
    assert (turn.student, turn.submitted.source, turn.late) == ("ada", "b", True)
    assert turn.notes == ("a of 2026-11-20 00:00+00:00 does not count: a later one was handed in",)


def test_of_attempts_without_a_time_the_higher_number_counts():
    (turn,) = assigned(handed("b", "Ada Lovelace", number=2), handed("a", "Ada Lovelace", number=1)).turns
    assert (turn.submitted.source, turn.late) == ("b", None)


def test_two_attempts_of_which_nothing_tells_the_later_are_a_question():
    found = assigned(handed("a", "Ada Lovelace"), handed("b", "Ada Lovelace"))
    assert "nothing tells which is the latest" in found.turns[0].problem
    assert {question.submission for question in found.questions} == {"a", "b"}
    (turn,) = assigned(handed("a", "Ada Lovelace"), handed("b", "Ada Lovelace"), answers={"a": "nobody"}).turns
    assert (turn.submitted.source, turn.problem) == ("b", "")


def test_attempts_that_hold_the_same_are_no_question():
    several = [handed("a", "Ada Lovelace"), handed("b", "Ada Lovelace")]
    (turn,) = assign(several, ROSTER, People(ROSTER), DUE, {}, lambda submitted: "the same", {}).turns
    assert not turn.problem
    (turn,) = assign(several, ROSTER, People(ROSTER), DUE, {}, lambda submitted: "", {}).turns
    assert turn.problem


def test_a_label_like_a_groups_is_no_groups_work_if_one_of_them_handed_in_alone():
    roster = Roster(tuple(Student(name, name.title(), groups=("1",)) for name in ("ada", "bob")))
    group = Submitted(Attempt("1", (Who("1", label="1", group="1"),)))

    def found(*submitted):
        return assign(submitted, roster, People(roster), DUE, {}, lambda one: "", {})

    assert {turn.student for turn in found(group).turns} == {"ada", "bob"}
    both = found(group, handed("b", "Bob"))
    assert {turn.student for turn in both.turns} == {"1", "bob"}
    assert both.questions[0].sentence() == (
        "1: called like a group, of which bob handed in alone: whose is it? ada (Ada) or bob (Bob)"
    )


def test_a_name_of_two_people_is_asked_about_and_the_answer_is_read_back(tmp_path):
    found = assigned(handed("x", "Anna Muster"))
    assert found.turns[0].student == "x"
    assert "whose is it? am1 (Anna Muster) or am2 (Anna Muster)" in found.questions[0].sentence()
    write_questions(tmp_path / "who.csv", found.questions)
    text = (tmp_path / "who.csv").read_text(encoding="utf-8-sig")
    assert "x,,am1 am2,several people are called so" in text
    (tmp_path / "who.csv").write_text(text.replace("x,,", "x,am2,"), encoding="utf-8")
    (turn,) = assigned(handed("x", "Anna Muster"), answers=read_answers(tmp_path / "who.csv")).turns
    assert (turn.student, turn.how) == ("am2", "who.csv")


def test_answers_about_other_submissions_stay_and_excel_may_save_them(tmp_path):
    path = tmp_path / "who.csv"
    path.write_bytes("submission;student\r\nBjörns Ordner;am2\r\nx;ada\r\nopen;\r\n".encode("cp1252"))
    assert read_answers(path) == {"Björns Ordner": "am2", "x": "ada"}
    write_questions(
        path, assigned(handed("x", "Anna Muster"), handed("y", "Anna Muster"), answers={"x": "am1"}).questions
    )
    assert read_answers(path) == {"Björns Ordner": "am2", "x": "am1"}
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")


def test_an_answer_that_names_nobody_is_an_error():
    with pytest.raises(UsageError, match="who is not on the roster"):
        assigned(handed("x", "Anna Muster"), answers={"x": "eve"})


def test_everybody_of_a_group_gets_the_one_submission():
    group = Submitted(Attempt("g", (Who("1", names=("Ada Lovelace",)), Who("2", ids=("am1",)))))
    assert [(turn.student, turn.submitted.source) for turn in assigned(group).turns] == [("ada", "g"), ("am1", "g")]


def test_one_of_a_group_whom_the_roster_lacks_is_asked_about_alone():
    group = Submitted(Attempt("g", (Who("1", names=("Ada Lovelace",)), Who("gone", names=("Gus Gone",)))))
    (question,) = assigned(group).questions
    assert question.sentence() == "g (gone): not on the roster (Gus Gone)"
    found = assigned(group, answers={"g (gone)": "nobody"})
    assert [turn.student for turn in found.turns] == ["ada"]
    assert not found.left_out
    assert assigned(group, answers={"g": "nobody"}).left_out == ["g"]


def test_what_a_platform_calls_late_is_late_where_it_tells_no_time():
    assert assigned(handed("a", "Ada Lovelace", late=True)).turns[0].late
    assert assigned(handed("a", "Ada Lovelace", 20, late=True)).turns[0].late is False
