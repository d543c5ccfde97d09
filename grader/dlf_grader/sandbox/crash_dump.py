"""Where a worker stood that never answered, as it left word in its scratch folder; only words depend on it."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

from dlf_grader.frames import Frame
from dlf_grader.sandbox.words import LONGEST_NAME, one_line

LONGEST = 1 << 16  # bytes of a dump that are read
LINE = re.compile(r' *File "(?P<file>.+)", line (?P<line>\d{1,9}) in (?P<function>.+)')


def read_start(file: Path, count: int) -> bytes:
    """The first bytes of a file, whatever the worker has put in its place: a pipe, a link, a device."""
    try:
        descriptor = os.open(file, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except OSError:
        return b""
    try:
        return os.read(descriptor, count) if stat.S_ISREG(os.fstat(descriptor).st_mode) else b""
    except OSError:
        return b""
    finally:
        os.close(descriptor)


def last_frames(file: Path, root: str) -> tuple[Frame, ...]:
    """The learner's own frames of the last thread that Python's faulthandler wrote of, innermost last.

    Args:
        file: written by the worker.
        root: folder of the tree's copy.
    """
    if not root:
        return ()
    here = root + os.sep
    threads = read_start(file, LONGEST).decode(errors="replace").split("(most recent call first):")
    for thread in reversed(threads):  # the one that serves is the oldest, and comes last
        lines = [line for line in map(LINE.fullmatch, thread.splitlines()) if line and line["file"].startswith(here)]
        if lines:
            return tuple(_frame(line, line["file"].removeprefix(here)) for line in reversed(lines))
    return ()


def _frame(line: re.Match[str], file: str) -> Frame:
    return Frame(
        one_line(file.replace(os.sep, "/"), LONGEST_NAME),
        int(line["line"]),
        one_line(line["function"], LONGEST_NAME),
    )
