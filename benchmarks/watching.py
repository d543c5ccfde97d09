"""`dlf-grade m1 --watch` on a terminal of its own, as a learner has it beside the editor."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType

PATIENCE = 120.0  # seconds


class Watcher:
    """A watcher that has shown its first verdict; a context manager that ends it.

    Args:
        tree: a copy of the solutions, of which files are saved.
        cache: the folder for `DLF_CACHE`.
    """

    def __init__(self, tree: Path, cache: Path) -> None:
        command = [str(Path(sys.executable).with_name("dlf-grade")), "m1", "--watch", "--tree", str(tree), "--no-train"]
        self._tree = tree
        self._screen, theirs = pty.openpty()
        environment = os.environ | {"DLF_CACHE": str(cache), "TERM": "xterm"}
        streams = {"stdin": theirs, "stdout": theirs, "stderr": theirs}
        self._process = subprocess.Popen(command, env=environment, start_new_session=True, **streams)
        os.close(theirs)

    def __enter__(self) -> Watcher:
        self._until(b"points")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.terminate()
        self._process.wait()
        os.close(self._screen)

    def save(self, path: str) -> None:
        """Save an exercise, changed, and wait for the verdict on it."""
        while select.select([self._screen], [], [], 0)[0]:
            os.read(self._screen, 1 << 16)  # what followed the last verdict
        with (self._tree / path).open("a") as file:
            file.write("\n# saved\n")
        self._until(b"checks pass")

    def _until(self, words: bytes) -> None:
        shown, until = b"", time.monotonic() + PATIENCE
        while words not in shown:
            if not select.select([self._screen], [], [], max(0.0, until - time.monotonic()))[0]:
                raise SystemExit(f"the watcher never showed {words.decode()}, but:\n{shown.decode()}")
            shown += os.read(self._screen, 1 << 16)
