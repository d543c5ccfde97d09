"""Untrusted side: a warning of NumPy's tells which numbers it was about. Words only; no verdict depends on them."""

from __future__ import annotations

import linecache
import re
import sys
import warnings
from collections.abc import Iterator
from types import FrameType
from typing import Any, TextIO

import numpy as np

SHOWN = 2  # variables of a line


def tell_numbers() -> None:
    """Let each RuntimeWarning be followed by the numbers that its line names, "  with x from -1000 to 3"."""
    show = warnings.showwarning

    def told(
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        show(message, category, filename, lineno, file, line)
        if issubclass(category, RuntimeWarning) and file is None:
            numbers = _numbers(filename, lineno)
            print(f"  with {numbers}\n" if numbers else "", end="", file=sys.stderr)

    warnings.showwarning = told


def _numbers(filename: str, lineno: int) -> str:
    try:
        frame = next(each for each in _frames() if (each.f_code.co_filename, each.f_lineno) == (filename, lineno))
        named = dict.fromkeys(re.findall(r"(?<![\w.])[A-Za-z]\w*", linecache.getline(filename, lineno)))
        found = [(name, frame.f_locals[name]) for name in named if _has_numbers(frame.f_locals.get(name))]
        return ", ".join(f"{name} {range_of(value)}" for name, value in found[:SHOWN])
    except Exception:  # noqa: BLE001 - a learner's objects may do anything when looked at
        return ""


def _frames() -> Iterator[FrameType]:
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        yield frame
        frame = frame.f_back


def _has_numbers(value: Any) -> bool:
    return isinstance(value, np.ndarray | np.floating) and value.dtype.kind == "f" and value.size > 0


def range_of(value: Any) -> str:
    """The numbers of an array in words: "= -1000" of one, "from -1000 to 3" of several."""
    low, high = float(np.min(value)), float(np.max(value))
    return f"= {low:.6g}" if low == high else f"from {low:.6g} to {high:.6g}"
