"""From which line each of a learner's functions returned last: noted in the worker while a case is run again.

A function may have several `return` statements, and a failure is about the one that its case came to.
"""

from __future__ import annotations

import os
import sys
from types import FrameType
from typing import Any

End = tuple[str, int, int]  # a function's file, "conv.py", its first line, and that of its `return`
_ended: dict[tuple[str, int], int] = {}


def begin() -> None:
    """Note from now on where functions end."""
    _ended.clear()
    sys.setprofile(_note)


def told() -> list[End]:
    """What was noted since; nothing more is."""
    sys.setprofile(None)
    return [(file, first, line) for (file, first), line in _ended.items()]


def _note(frame: FrameType, event: str, argument: Any) -> None:
    if event == "return":
        code = frame.f_code
        _ended[os.path.basename(code.co_filename), code.co_firstlineno] = frame.f_lineno
