"""Keys, read one at a time while runs go on; the terminal is left as it was found, whatever happens."""

from __future__ import annotations

import contextlib
import os
import re
import select
import sys
import threading
from collections.abc import Callable
from types import TracebackType
from typing import TextIO

KEYS = {"h": "hint", "n": "next", "l": "list", "r": "run all", "t": "train", "q": "quit"}
FOOTER = " · ".join(f"{key} {meaning}" for key, meaning in KEYS.items())
END_OF_INPUT = "end of input"
_SEQUENCE = re.compile(r"\x1b(?:\[(?P<numbers>[\d;]*)(?P<csi>.)|O(?P<ss3>.))?|.", re.DOTALL)
_FINAL = {"A": "up", "B": "down", "H": "home", "F": "end"}  # the last letter of what a terminal sends
_NUMBERED = {"1": "home", "4": "end", "5": "page up", "6": "page down", "7": "home", "8": "end"}
_CONTROL = {"\x1b": "escape", "\r": "enter", "\n": "enter", "\x7f": "backspace", "\b": "backspace"}


def pressed(data: bytes) -> list[str]:
    """The keys that bytes from a terminal stand for: letters in lower case, and those that have a name."""
    found = (_key(match) for match in _SEQUENCE.finditer(data.decode(errors="ignore")))
    return [key for key in found if key]


def _key(match: re.Match[str]) -> str:
    if (final := match["csi"] or match["ss3"]) is not None:
        return _NUMBERED.get(match["numbers"] or "", "") if final == "~" else _FINAL.get(final, "")
    text = match[0]
    return _CONTROL.get(text, text.lower() if text.isprintable() else "")


def usable(stdin: TextIO, stdout: TextIO) -> bool:
    """Whether there is somebody at a terminal to press keys: not where either side is piped, nor in the background."""
    if sys.platform == "win32" or not (stdin.isatty() and stdout.isatty()) or os.environ.get("TERM") == "dumb":
        return False
    try:
        return os.tcgetpgrp(stdin.fileno()) == os.getpgrp()
    except OSError:  # a terminal that sends no signals
        return True


class Keyboard:
    """A terminal that hands over each key at once; a context manager that gives it back as it was.

    Args:
        descriptor: of the terminal.
        on_key: called from another thread with each key; with `END_OF_INPUT` where the terminal is gone.
    """

    def __init__(self, descriptor: int, on_key: Callable[[str], None]) -> None:
        import termios

        self._descriptor, self._on_key = descriptor, on_key
        self._found = termios.tcgetattr(descriptor)
        self._stopped, self._stop = os.pipe()
        self._thread = threading.Thread(target=self._read, daemon=True)

    def __enter__(self) -> Keyboard:
        try:
            self.listen()
            self._thread.start()
        except BaseException:
            self._restore()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._restore()
        os.close(self._stop)  # wakes the thread
        self._thread.join()
        os.close(self._stopped)

    def listen(self) -> None:
        """Take keys as they come, unechoed; Ctrl-C and Ctrl-Z keep their meaning."""
        import tty

        tty.setcbreak(self._descriptor)

    def _restore(self) -> None:
        import termios

        with contextlib.suppress(termios.error):  # the terminal is gone
            termios.tcsetattr(self._descriptor, termios.TCSADRAIN, self._found)

    def _read(self) -> None:
        while self._stopped not in select.select([self._descriptor, self._stopped], [], [])[0]:
            try:
                data = os.read(self._descriptor, 64)
            except OSError:
                data = b""
            for key in pressed(data) if data else [END_OF_INPUT]:
                self._on_key(key)
            if not data:
                return
