"""Where a worker stood that was lost: only the learner's own lines are read out of its dump."""

import faulthandler
import os

import pytest
from dlf_grader.frames import Frame
from dlf_grader.sandbox.crash_dump import last_frames, read_start

DUMP = """Timeout (0:00:04)!
Thread 0x00007f (most recent call first):
  File "/t/tree/m1/conv.py", line 3 in thread
Thread 0x00007e (most recent call first):
  File "/usr/lib/python3/numpy/core.py", line 9 in dot
  File "/t/tree/m1/conv.py", line 20 in inner
  File "/t/tree/m1/conv.py", line 10 in forward
  File "/t/dlf_grader/worker.py", line 1 in run

Extension modules: numpy (total: 1)
"""


@pytest.mark.parametrize(
    ("text", "frames"),
    [
        (DUMP, (Frame("m1/conv.py", 10, "forward"), Frame("m1/conv.py", 20, "inner"))),
        (DUMP.replace("/t/tree/", "/elsewhere/"), ()),
        (DUMP.replace("line 20", "line " + "9" * 5000), (Frame("m1/conv.py", 10, "forward"),)),
        (DUMP.replace("inner", "\x1b[2J"), (Frame("m1/conv.py", 10, "forward"), Frame("m1/conv.py", 20, "[2J"))),
        ("", ()),
    ],
    ids=["both threads", "not the learner's", "absurd line", "control characters", "nothing"],
)
def test_the_serving_threads_own_lines_are_read_innermost_last(tmp_path, text, frames):
    file = tmp_path / "dump"
    file.write_text(text)
    assert last_frames(file, "/t/tree") == frames


def test_pythons_own_dump_is_understood(tmp_path):
    with open(tmp_path / "dump", "w") as file:
        faulthandler.dump_traceback(file, all_threads=True)
    frame = last_frames(tmp_path / "dump", os.path.dirname(__file__))[-1]
    assert (frame.file, frame.function) == ("test_crash_dump.py", "test_pythons_own_dump_is_understood")


def test_what_is_no_file_says_nothing(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(__file__)
    assert [read_start(tmp_path / name, 8) for name in ("folder", "link", "absent")] == [b"", b"", b""]
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        assert read_start(tmp_path / "pipe", 8) == b""
