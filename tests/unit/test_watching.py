import io
import signal
import threading
from pathlib import Path
from queue import SimpleQueue

import pytest
from dlf_grader.config import Config
from dlf_grader.model import Check, Report, Result, Status
from dlf_grader.watch.choice import file_after, file_saved, first_file, on_save
from dlf_grader.watch.command import signals_as_events
from dlf_grader.watch.events import Told
from dlf_grader.watch.keys import pressed, usable
from dlf_grader.watch.saves import Contents, saves
from dlf_grader.watch.view import OneExercise


def check(name, path, kind="parity", points=1.0):
    return Check(name, f"{name} is right", path, kind, points, lambda s, c: None, "f", lesson="here")


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
    standing = {"m1.b": "passed", "m1.b.train": "passed"}
    assert file_after("m1/a.py", CHECKS, standing) == "m1/c.py"
    assert file_after("m1/c.py", CHECKS, standing) == "m1/a.py"
    assert file_after("m1/c.py", CHECKS, standing | {"m1.a": "passed"}) is None


def test_a_saved_exercise_is_shown_a_saved_helper_leaves_the_current_one():
    assert file_saved("m1/a.py", {"m1/b.py"}, CHECKS) == "m1/b.py"
    assert file_saved("m1/a.py", {"m1/a.py", "m1/b.py"}, CHECKS) == "m1/a.py"
    assert file_saved("m1/a.py", {"m0/helper.py"}, CHECKS) == "m1/a.py"


def test_a_save_trains_nothing_unless_training_is_all_there_is():
    assert [c.id for c in on_save(CHECKS, "m1/b.py")] == ["m1.b"]
    assert [c.id for c in on_save(CHECKS[2:3], "m1/b.py")] == ["m1.b.train"]


@pytest.mark.parametrize(
    ("data", "keys"),
    [
        (b"h", ["h"]),
        (b"Q", ["q"]),
        (b"xyz", []),
        (b"\x1b[Ah", ["h"]),
        (b"\x1bOA", []),
        (b"\x1b", []),
        (b"\xffn", ["n"]),
    ],
)
def test_only_our_letters_are_keys(data, keys):
    assert pressed(data) == keys


def test_no_keys_are_taken_where_input_or_output_is_piped():
    assert not usable(io.StringIO(), io.StringIO())


@pytest.fixture
def tree(tmp_path):
    (tmp_path / "a.py").write_text("1")
    return tmp_path


def test_touching_a_file_changes_nothing_writing_and_deleting_do(tree):
    contents = Contents(tree)
    (tree / "a.py").touch()
    assert contents.changed({"a.py"}) == set()
    (tree / "a.py").write_text("2")
    (tree / "b.py").write_text("new")
    (tree / ".#a.py").write_text("an editor's")
    assert contents.changed(()) == {"a.py", "b.py"}
    (tree / "a.py").unlink()
    assert contents.changed({"a.py"}) == {"a.py"}
    assert contents.changed(()) == set()


def test_where_the_system_cannot_tell_files_are_looked_at(tree, monkeypatch):
    import watchfiles

    asked, stop = [], threading.Event()

    def watch(root, **options):
        asked.append(options.get("force_polling"))
        if not asked[-1]:
            raise OSError("no watches left")
        yield {(watchfiles.Change.modified, str(root / "a.py"))}

    monkeypatch.setattr(watchfiles, "watch", watch)
    assert list(saves(tree, stop)) == [{"a.py"}]
    assert asked == [None, True]


def result(name, status):
    return Result(name, "m1", "m1/a.py", "parity", f"{name} is right", status, 0.0, 1.0, "why", location="m1/a.py:3")


def shown(*statuses, keys=False):
    screen = io.StringIO()
    view = OneExercise(screen, Config(tree=Path("exercises").resolve()), keys=keys)
    results = tuple(result(f"m1.{number}", status) for number, status in enumerate(statuses))
    checks = [check(one.id, one.exercise) for one in results]
    view.dlf_session_start(checks, view.config)
    for one, of in zip(results, checks, strict=True):
        view.dlf_check_finished(of, one)
    view.dlf_session_finish(Report("exercises", 1, "", {}, {}, 0.0, 4.0, results), view.config)
    return screen.getvalue()


def test_what_passes_is_a_line_and_only_the_first_failure_is_shown():
    text = shown(Status.PASSED, Status.PASSED, Status.FAILED, Status.FAILED, Status.PASSED, Status.BLOCKED)
    assert "+ 2 checks pass" in text
    assert "x m1.2 is right" in text
    assert "hint: dlf-grade hint m1.2" in text
    assert "m1.3" not in text
    assert "3 more after it, 1 of them pass" in text


def test_where_all_passes_that_is_said_once():
    assert shown(Status.PASSED, Status.PASSED).count("2 checks pass") == 1


def test_where_keys_are_taken_a_hint_is_a_key_away():
    assert "stuck: h\n" in shown(Status.TODO, keys=True)
    assert "stuck: dlf-grade hint m1.0" in shown(Status.TODO)


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 0), (signal.SIGTERM, 128 + signal.SIGTERM)])
def test_a_signal_is_an_event_and_interrupts_nothing(sent, code):
    events, found = SimpleQueue(), signal.getsignal(sent)
    with signals_as_events(events):
        signal.raise_signal(sent)
    assert events.get_nowait() == Told(code)
    assert signal.getsignal(sent) is found
