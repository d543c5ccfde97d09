from dataclasses import replace

import pytest
from dlf_grader.model import Status
from dlf_grader.outputs.verdicts import (
    BROKEN,
    SIGNS,
    VERDICTS,
    complete,
    details,
    explain,
    fraction,
    headline,
    not_run,
    summary,
)
from dlf_grader.report import Counterexample, Excerpt, Location, TraceLine
from example_reports import BEFORE, EMPTY, PERFECT, REPORT, WRONG, report_of


def test_numbers_that_look_alike_are_shown_with_all_their_digits():
    close = Counterexample("c", 1, "y", (), 0.1234567891, 0.1234567892)
    assert "yours 0.1234567891   expected 0.1234567892" in "\n".join(details(replace(WRONG, counterexample=close)))


def test_a_star_marks_the_numbers_that_differ_and_no_others():
    yours, expected = [[-0.0, 1.0000001], [2.0, 3.0]], [[0.0, 1.0], [2.0, 4.0]]
    case = Counterexample("c", 1, "y", (1, 1), 3.0, 4.0, yours_array=yours, expected_array=expected)
    shown = [line for line in details(replace(WRONG, counterexample=case)) if "*" in line]
    assert shown[1:] == [" -0   1*     0   1", "  2   3*     2   4"]


def test_every_status_has_its_sign_and_its_word():
    assert SIGNS.keys() == VERDICTS.keys() == set(Status)


@pytest.mark.parametrize("status", sorted(BROKEN))
def test_a_failure_is_explained_in_full_after_its_place(status):
    lines = explain(replace(WRONG, status=status, output="")).splitlines()
    assert lines[0] == "at exercises/m1_cnn/conv.py:47"
    assert lines[1:3] == ["smallest case: N=1", "y is wrong"]


@pytest.mark.parametrize(
    ("status", "message", "text"),
    [
        (Status.PASSED, "", "passed"),
        (Status.TODO, "not written yet", "not written yet"),
        (Status.SKIPPED, "no GPU", "not run: no GPU"),
        (Status.BLOCKED, "waits for m1.a", "waits for m1.a"),
    ],
)
def test_everything_else_is_a_line(status, message, text):
    assert explain(replace(WRONG, status=status, message=message)) == text


def test_a_headline_is_one_line_and_never_empty():
    assert headline(replace(WRONG, message="a\nb  c")) == "a b c"
    assert headline(replace(WRONG, message="")) == "failed"


def test_checks_that_were_not_run_are_listed_by_reason():
    skipped = [replace(WRONG, id=f"m1.{name}", status=Status.SKIPPED, message=name[0]) for name in ("a1", "a2", "b")]
    assert not_run(report_of(*skipped)) == ["not run: m1.a1, m1.a2: a", "not run: m1.b: b"]
    assert summary(report_of(*skipped)).splitlines()[0] == "0 of 37.5 points"


def test_a_report_is_complete_once_every_check_had_its_turn():
    assert complete(REPORT)
    assert not complete(BEFORE)


def test_the_score_is_a_fraction_and_whole_where_nothing_is_worth_points():
    assert (fraction(PERFECT), fraction(EMPTY)) == (1.0, 1.0)
    assert fraction(REPORT) == pytest.approx(REPORT.score / REPORT.max_score)


def test_the_code_of_a_failure_is_shown_once_with_a_caret_and_cut_where_it_is_too_wide():
    at = Location("exercises/m1_cnn/conv.py", 9)
    code = Excerpt(at, ("x = 1", "    y = x @ W"), 1, (8, 13))
    failed = replace(WRONG, excerpt=code, trace=(TraceLine(" in forward: y = x @ W", at),))
    shown = details(failed)
    assert "  exercises/m1_cnn/conv.py:9 in forward" in shown
    where = shown.index(">9 |     y = x @ W")
    assert shown[where - 1 : where + 2] == [" 8 | x = 1", ">9 |     y = x @ W", "   |         ^^^^^"]
    assert ">9 |     y = …" in details(failed, 14)
