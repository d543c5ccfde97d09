"""What a policy and overrides make of points."""

from datetime import UTC, datetime

import pytest
from dlf_grader.classroom.marks import Rules
from dlf_grader.classroom.overrides import read_overrides
from dlf_grader.classroom.policy import (
    Policy,
    points_in,
    read_policy,
    refuse_unknown_checks,
    refuse_unknown_names,
    shown,
)
from dlf_grader.classroom.roster import Student
from dlf_grader.failures import UsageError
from dlf_grader.model import Status
from dlf_grader.report import Diagnosis, Report, Result

RULES = """
due = 2026-11-21
grace_minutes = 10
attempt = "best"
drop = ["m0.mnist"]
scale = { "m0.tanh.*" = 0.5 }
[late]
percent_a_day = 10
at_most_percent = 50
free_days = 1
none_after_days = 8
[due_of]
Eve = 2026-11-30T12:00:00
"Group B" = 2026-11-23
[hidden]
checks = ["m0.a*"]
until = 2026-12-24
"""


@pytest.fixture
def policy(tmp_path):
    (tmp_path / "policy.toml").write_text(RULES)
    return read_policy(tmp_path / "policy.toml", UTC)


def at(day, hour=12, minute=0, month=11):
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("received", "said"),
    [
        (at(22, 8), "late, handed in 2026-11-22 08:00+00:00"),
        (None, "late, as the platform says, by how much it does not"),
    ],
)
def test_only_who_has_no_time_is_late_as_the_platform_says(received, said):
    assert Rules().mark(Student("ada"), (80.0, 100.0), received, said_late=True).why[-1] == said


def mark_of(policy, overrides, student, points, received):
    return Rules(policy, overrides).mark(student, points, received, said_late=False)


@pytest.mark.parametrize(
    ("student", "received", "value", "said"),
    [
        ("ada", at(21, 23, 59), 80, "80 of 100 earned"),
        ("ada", at(22, 0, 5), 80, "within 10 minutes of grace"),
        ("ada", at(22), 80, "1 of them free"),
        ("ada", at(23), 70, "−10 % of 100"),
        ("ada", at(29), 30, "−50 % of 100"),
        ("ada", at(30), 0, "nothing after 8 days"),
        ("eve", at(30), 80, "80 of 100 earned"),
        ("ada", None, 80, "80 of 100 earned"),
    ],
)
def test_lateness_costs_what_the_policy_says(policy, student, received, value, said):
    mark = mark_of(policy, {}, Student(student), (80.0, 100.0), received)
    assert mark.value == value
    assert said in mark.why


@pytest.mark.parametrize(("groups", "value"), [(("group b",), 80), (("group a", "Group B"), 80), (("group a",), 70)])
def test_a_groups_own_due_time_is_that_of_its_members(policy, groups, value):
    assert mark_of(policy, {}, Student("ada", groups=groups), (80.0, 100.0), at(23)).value == value


def test_a_due_time_of_nobody_is_a_typo(policy, tmp_path):
    refuse_unknown_names(policy, ["eve", "group B"], tmp_path)
    with pytest.raises(
        UsageError, match=r"due_of\.group b: no student and no group of this class; did you mean group c"
    ):
        refuse_unknown_names(policy, ["eve", "group c"], tmp_path)


def test_no_points_are_no_mark_and_never_zero(policy):
    assert mark_of(policy, {}, Student("ada"), None, at(29)).value is None


def test_checks_that_are_dropped_or_scaled_count_so_and_hidden_ones_keep_their_details_until_then(policy, tmp_path):
    results = tuple(
        Result(
            name, "m0", "m0_mlp/layers.py", "parity", "", Status.FAILED, score, 4.0, "wrong", (Diagnosis("d", "why"),)
        )
        for name, score in (("m0.a.x", 4.0), ("m0.mnist", 0.0), ("m0.tanh.y", 2.0))
    )
    report = Report("exercises", 1, "process", {}, {}, 6.0, 12.0, results)
    assert points_in(policy, report) == (5.0, 6.0)
    first, *others = shown(policy, report, at(1, month=12)).results
    assert (first.message, first.diagnosis) == ("details are shown from 2026-12-24 23:59+00:00 on", ())
    assert others == list(report.results[1:])
    assert shown(policy, report, datetime(2027, 1, 1, tzinfo=UTC)) == report
    refuse_unknown_checks(policy, report, tmp_path)
    with pytest.raises(UsageError, match=r"no check is called m0\.tanh\.z; did you mean m0\.tanh\.y\?"):
        refuse_unknown_checks(Policy(drop=("m0.tanh.z",)), report, tmp_path)
    with pytest.raises(UsageError, match=r"no check is called m0\.tanh; did you mean m0\.tanh\.\*\?"):
        refuse_unknown_checks(Policy(hidden=("m0.tanh",)), report, tmp_path)
    with pytest.raises(UsageError, match="leave no check that counts"):
        refuse_unknown_checks(Policy(drop=("m0.*",)), report, tmp_path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("grace_minuts = 3", "no such rule: grace_minuts; did you mean grace_minutes?"),
        ("[late]\npercent = 3", "no such rule: late.percent; did you mean percent_a_day?"),
        ('due = "soon"', "due = 'soon': expected a time like 2026-11-21"),
        ("grace_minutes = -1", "grace_minutes = -1: expected a number, not below 0"),
        ("due = 2026-11-21\n[late]\npercent_a_day = 150", "late.percent_a_day = 150: expected a number, from 0 to 100"),
        ("due = 2026-11-21\n[late]\nfree_days = 1.5", "late.free_days = 1.5: expected a whole number of days"),
        ("[late]\nfree_days = 1", "late: there is no due time to be late for"),
        ("due_of = 2026-11-21", "due_of: expected a table, [due_of]"),
        ('drop = "m0.tanh.*"', "drop = 'm0.tanh.*': expected a list of checks"),
        ('[hidden]\nchecks = ["m0.*"]', "hidden: until when?"),
        ('due = "11/12/2026"', "due = '11/12/2026': expected a time like 2026-11-21"),
        ('attempt = "first"', 'expected "latest" or "best"'),
        ("late = 3", "late: expected a table"),
        ("due = ", "not TOML"),
    ],
)
def test_a_policy_with_a_typo_is_one_line(tmp_path, text, said):
    (tmp_path / "policy.toml").write_text(text)
    with pytest.raises(UsageError) as error:
        read_policy(tmp_path / "policy.toml", UTC)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def overrides(tmp_path, text):
    (tmp_path / "overrides.csv").write_text(text, encoding="utf-8-sig")
    students = [Student("ada", "Ada Lovelace", "ada@uni.edu"), Student("Bob", "Bob Ross"), Student("ross2", "Bob Ross")]
    return read_overrides(tmp_path / "overrides.csv", UTC, students)


def test_overrides_extend_excuse_and_set_marks_and_say_so(tmp_path, policy):
    found = overrides(tmp_path, "student;extension;excused;mark;reason\nADA;2026-11-29;;;ill\nbob;;;87,5;oral exam\n")
    mark = mark_of(policy, found, Student("ada"), (80.0, 100.0), at(29))
    assert (mark.value, mark.late) == (80, False)
    assert "extended to 2026-11-29 23:59+00:00: ill" in mark.why
    assert mark_of(policy, found, Student("Bob"), None, None).value == 87.5
    excused = overrides(tmp_path, "student,excused\nada,yes\n")
    mark = mark_of(policy, excused, Student("ada"), (80.0, 100.0), at(29))
    assert (mark.value, mark.excused) == (None, True)


def test_overrides_name_people_as_rosters_do_and_are_read_as_spreadsheets_write_them(tmp_path):
    text = 'Student;Extension;Mark;Reason;;\r\n"Lovelace, Ada";24.11.2026;87,5;"oral\r\nexam"\r\n;;;;;\r\n'
    found = overrides(tmp_path, text)["ada"]
    assert found.extension.isoformat(" ", "minutes") == "2026-11-24 23:59+00:00"
    assert (found.mark, found.reason) == (87.5, "oral exam")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("student,mark\neve,3\n", "overrides.csv:2: 'eve' is nobody of this class"),
        ("student,mark\nada,3\n", "overrides.csv:2: a mark of your own needs a reason"),
        ("student,mark,reason\nada,many,x\n", "mark 'many': expected a number, not below 0"),
        ("student,extension\nada,soon\n", "extension 'soon': expected a time like"),
        ("student,excused\nada,x\nADA,x\n", "'ADA' has a line already"),
        ("student,excused\nada,x\nada@uni.edu,x\n", "'ada@uni.edu' has a line already"),
        ("student,excused\nBob Ross,x\n", "'Bob Ross' fits Bob and ross2; write the id"),
        ("student,excused\nada,maybe\n", "excused 'maybe': expected yes or no"),
        ("student,excused,mark,reason\nada,x,3,oral\n", "'ada' is excused and has a mark; leave one"),
        ("student,mark,reason\nada,92,5,oral\n", "overrides.csv:2: expected 3 cells, got 4"),
        ("student,mark,reason,mark\nada,80,oral,90\n", "got student, mark, reason, mark"),
        ("student,mark,reason\nada,1_0,x\n", "mark '1_0': expected a number"),
        ('student,reason\nada,"ill\n', "not CSV: unexpected end of data"),
        ("student,extension\nada,11/12/2026\n", "extension '11/12/2026': expected a time like"),
        ("who,mark\n", "expected the columns student, extension, excused, mark, reason; got who, mark"),
    ],
)
def test_a_wrong_override_is_named_by_its_line(tmp_path, text, said):
    with pytest.raises(UsageError) as error:
        overrides(tmp_path, text)
    assert said in str(error.value)
