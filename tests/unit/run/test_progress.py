from datetime import date, timedelta
from pathlib import Path

import pytest
from dlf_grader.model import Check, Milestone, Status
from dlf_grader.report import Result
from dlf_grader.run.checksums import files_in_words
from dlf_grader.run.progress import Progress, days_in_a_row, finished, longest_row, progress_of, so_far, work_left
from dlf_grader.run.store import Store

TODAY = date(2026, 3, 1)


def check(name, points=10.0):
    return Check(name, "a claim", "m0/a.py", "parity", points, "f")


def milestone(name, *checks):
    return Milestone(name, "name", f"{name}_name", ()), list(checks)


CATALOGUE = [
    milestone("m0", check("m0.a"), check("m0.long", 0.0)),
    milestone("m1", check("m1.a")),
    milestone("m2", check("m2.a"), check("m2.b")),
]


def ago(*days):
    return {TODAY - timedelta(days=number) for number in days}


@pytest.mark.parametrize(
    ("days", "row"),
    [(ago(), 0), (ago(0), 1), (ago(0, 1, 2), 3), (ago(1, 2), 2), (ago(2, 3), 0), (ago(0, 2), 1)],
)
def test_days_in_a_row_reach_up_to_today_or_yesterday(days, row):
    assert days_in_a_row(days, TODAY) == row


@pytest.mark.parametrize(("flags", "row"), [("", 0), ("no", 0), ("yyny", 2), ("nyyy", 3)])
def test_the_longest_row_counts_neighbours_only(flags, row):
    assert longest_row([flag == "y" for flag in flags]) == row


def test_a_milestone_is_finished_when_every_point_is_earned():
    assert finished(CATALOGUE[0][1], {"m0.a": "passed"})  # the long training earns none
    assert not finished(CATALOGUE[2][1], {"m2.a": "passed", "m2.b": "skipped"})


def test_work_left_earns_points_and_can_be_done_here():
    checks = [check("a"), check("b"), check("c"), check("d", 0.0)]
    assert [c.id for c in work_left(checks, {"a": "passed", "b": "skipped", "c": "failed"})] == ["c"]


def test_so_far_says_points_finished_milestones_and_streaks():
    statuses = {"m0.a": "passed", "m1.a": "passed", "m2.a": "passed", "m2.b": "failed"}
    expected = "30 of 40 points · finished: m0 m1, 2 in a row · 3 days in a row"
    assert so_far(CATALOGUE, Progress(statuses, ago(0, 1, 2)), TODAY) == expected
    assert so_far(CATALOGUE, Progress(), TODAY) == "0 of 40 points"
    assert so_far(CATALOGUE, Progress({"m1.a": "passed"}, ago(0)), TODAY) == "10 of 40 points · finished: m1"


@pytest.fixture
def noted(tmp_path, monkeypatch):
    """A tree with a file, and a store that has noted that its check passed."""
    monkeypatch.setenv("DLF_CACHE", str(tmp_path / "cache"))
    tree = tmp_path / "tree"
    (tree / "m1").mkdir(parents=True)
    (tree / "m1" / "a.py").write_text("x = 1\n")
    store = Store(tmp_path / "cache")
    passed = Result("m1.a", "m1", "m1/a.py", "parity", "t", Status.PASSED, 1.0, 1.0)
    store.note(str(tree), passed, files_in_words([("m1/a.py", b"x = 1\n")]))
    store.note_looked_up(str(tree), "m1.b")
    store.close()
    return tree


def test_progress_is_what_the_store_recorded_about_this_tree(noted):
    assert vars(progress_of(noted)) == vars(Progress({"m1.a": "passed"}, {date.today()}, {"m1.b"}, set()))
    assert vars(progress_of(Path("/other"))) == vars(Progress({}, set(), set(), set()))


def test_what_passed_before_its_file_changed_is_said_and_not_counted(noted):
    file = noted / "m1" / "a.py"
    file.write_text("x = 2\n")
    assert vars(progress_of(noted)) == vars(Progress({}, {date.today()}, {"m1.b"}, {"m1.a"}))
    assert "changed since: 1 check, see dlf-grade m1" in so_far(CATALOGUE, progress_of(noted), TODAY)
    file.write_text("x = 1\n")  # put back, as a branch that is changed twice
    assert progress_of(noted).statuses == {"m1.a": "passed"}
    file.unlink()
    assert progress_of(noted).statuses == {}
