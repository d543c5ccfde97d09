"""`dlf-grade` on a terminal of its own, for tests that press keys and save files."""

import contextlib
import os
import pty
import re
import select
import shutil
import subprocess
import sys
import termios
import time
from pathlib import Path

SOLUTIONS = Path(__file__).parents[2] / "solutions"
PATIENCE = 90.0  # seconds; PyTorch may have to be imported by a busy machine
OWN_TERMINAL = """import fcntl, os, signal, sys, termios
signal.signal(signal.SIGHUP, signal.SIG_DFL)  # tests that run under nohup would hand on that it is ignored
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.argv[1], sys.argv[1:])"""
ESCAPES = re.compile(r"\x1b\[[\d;?]*[a-zA-Z]")


def course(folder: Path) -> Path:
    """A repository whose exercises are solved."""
    shutil.copytree(SOLUTIONS, folder / "exercises", ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def children(pid: int) -> set[int]:
    found = set()
    for file in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            found |= {int(child) for child in file.read_text().split()}
    return found


class OnTerminal:
    """`dlf-grade`, started in a course's folder; a context manager that ends it."""

    def __init__(self, folder: Path, cache: Path, *words: str) -> None:
        self.exercises = folder / "exercises"
        self._screen, self._theirs = pty.openpty()
        self.found = termios.tcgetattr(self._theirs)
        self.shown = ""
        command = [sys.executable, "-c", OWN_TERMINAL, sys.executable, "-m", "dlf_grader.cli", *words]
        self.scratch = folder / "scratch"
        self.scratch.mkdir()
        environment = os.environ | {"DLF_CACHE": str(cache), "TERM": "xterm", "TMPDIR": str(self.scratch)}
        streams = {"stdin": self._theirs, "stdout": self._theirs, "stderr": self._theirs}
        self.process = subprocess.Popen(command, cwd=folder, env=environment, start_new_session=True, **streams)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self._screen)
        os.close(self._theirs)

    def until(self, words: str) -> str:
        """Wait for words on the screen; what came up to them, without colours, is returned, and forgotten."""
        end = time.monotonic() + PATIENCE
        while words not in self.shown:
            assert time.monotonic() < end, f"never showed {words!r}, but:\n{self.shown}"
            self.look()
            assert self.process.poll() is None, f"ended before it showed {words!r}:\n{self.shown}"
        before, _, self.shown = self.shown.partition(words)
        return before

    def look(self) -> None:
        """Take what is on its way to the screen, waiting a moment for it."""
        if select.select([self._screen], [], [], 0.1)[0]:
            self.shown += ESCAPES.sub("", os.read(self._screen, 1 << 16).decode(errors="replace"))

    def press(self, keys: str) -> None:
        os.write(self._screen, keys.encode())

    def save(self, path: str, text: str) -> None:
        (self.exercises / path).write_text(text, encoding="utf-8")

    def ended(self) -> int:
        """Wait for the end; its exit code."""
        end = time.monotonic() + PATIENCE
        while self.process.poll() is None:
            assert time.monotonic() < end, f"never ended, but showed:\n{self.shown}"
            self.look()
        self.look()
        return self.process.returncode

    def family(self) -> set[int]:
        """The fork servers and their workers."""
        return children(self.process.pid) | self.workers()

    def workers(self) -> set[int]:
        return {worker for server in children(self.process.pid) for worker in children(server)}

    def terminal_as_found(self) -> bool:
        return termios.tcgetattr(self._theirs) == self.found
