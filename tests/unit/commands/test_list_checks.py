import pytest
from dlf_grader.commands.list_checks import listing
from dlf_grader.failures import UsageError
from dlf_grader.model import Check, Milestone
from dlf_grader.run.progress import Progress


def milestone(name, *ids):
    checks = [Check(id, "a claim", "m0/a.py", "parity", 10.0, "f") for id in ids]
    return Milestone(name, "name", f"{name}_name", ()), checks


CATALOGUE = [milestone("m0", "m0.a"), milestone("m1", "m1.a"), milestone("m2", "m2.a", "m2.b")]


def test_a_list_shows_what_was_looked_up_and_ends_with_all_milestones():
    lines = list(listing(CATALOGUE, Progress({"m1.a": "passed"}, looked_up={"m1.a"}), ["m1"]))
    assert lines[0] == "m1 name · 10 of 10 points"
    assert "✓ m1.a" in lines[1]
    assert lines[1].endswith("· solution looked up")
    assert lines[2] == "so far: 10 of 40 points · finished: m1"


def test_a_list_of_no_milestone_names_those_there_are():
    with pytest.raises(UsageError, match="expected one of m0, m1, m2"):
        list(listing(CATALOGUE, Progress(), ["m9"]))
