from dlf_grader.model import Check
from dlf_grader.watch.choice import file_after, file_saved, first_file, on_save


def check(name, path, kind="parity", points=1.0):
    return Check(name, f"{name} is right", path, kind, points, "f", lesson="here")


CHECKS = [
    check("m1.a", "m1/a.py"),
    check("m1.b", "m1/b.py"),
    check("m1.b.train", "m1/b.py", "training"),
    check("m1.c", "m1/c.py"),
    check("m1.big", "m1/a.py", "training", 0.0),
]


def test_one_starts_at_the_first_file_with_work_left():
    assert first_file(CHECKS, {}) == "m1/a.py"
    assert first_file(CHECKS, {"m1.a": "passed", "m1.b": "passed"}) == "m1/b.py"  # to be trained
    assert first_file(CHECKS, dict.fromkeys(("m1.a", "m1.b", "m1.b.train", "m1.c"), "passed")) == "m1/a.py"


def test_the_next_file_is_one_with_work_left_beginning_again_after_the_last():
    statuses = {"m1.b": "passed", "m1.b.train": "passed"}
    assert file_after("m1/a.py", CHECKS, statuses) == "m1/c.py"
    assert file_after("m1/c.py", CHECKS, statuses) == "m1/a.py"
    assert file_after("m1/c.py", CHECKS, statuses | {"m1.a": "passed"}) is None


def test_a_saved_exercise_is_shown_a_saved_helper_leaves_the_current_one():
    assert file_saved("m1/a.py", {"m1/b.py"}, CHECKS) == "m1/b.py"
    assert file_saved("m1/a.py", {"m1/a.py", "m1/b.py"}, CHECKS) == "m1/a.py"
    assert file_saved("m1/a.py", {"m0/helper.py"}, CHECKS) == "m1/a.py"


def test_a_save_trains_nothing_unless_training_is_all_there_is():
    assert [c.id for c in on_save(CHECKS, "m1/b.py")] == ["m1.b"]
    assert [c.id for c in on_save(CHECKS[2:3], "m1/b.py")] == ["m1.b.train"]
