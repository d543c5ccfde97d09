"""Untrusted side: the learner's own lines on the way to an exception, and what the innermost one had at hand.

Words only, for a person to read: the grader checks and shortens them, and no verdict depends on them.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from itertools import islice
from types import CodeType, FrameType, ModuleType, TracebackType
from typing import Any

import numpy as np

from dlf_grader.sandbox.protocol import WireFrame

FRAMES = 20  # the innermost ones are kept
VALUES = 40  # of one frame
LONGEST = 80  # characters of a variable's name, and of what it holds
LONGEST_STRING = 20  # characters of a text that are quoted

Met = tuple[FrameType, int, int]  # a frame, the line, and the instruction that it was at


def frames_of(error: BaseException, root: str) -> list[WireFrame]:
    """The frames of an exception that stand in files below `root`, innermost last."""
    trace: TracebackType | None = error.__traceback__
    met: list[Met] = []
    while trace is not None:
        met.append((trace.tb_frame, trace.tb_lineno, trace.tb_lasti))
        trace = trace.tb_next
    own = _own(met, root)
    lines = [_line(root, *place) for place in own[:-1]]
    lines += [_line(root, *place, _values(place[0])) for place in own[-1:]]
    if isinstance(error, SyntaxError) and error.filename and error.filename.startswith(root + os.sep):
        lines.append(WireFrame(_below(root, error.filename), error.lineno or 1, "<module>"))
    return lines


def frames_here(root: str) -> list[WireFrame]:
    """The frames under way that stand in files below `root`, innermost last; nothing of the learner's is looked at."""
    frame: FrameType | None = sys._getframe(1)
    met: list[Met] = []
    while frame is not None:
        met.append((frame, frame.f_lineno, frame.f_lasti))
        frame = frame.f_back
    return [_line(root, *place) for place in _own(met[::-1], root)]


def _own(met: list[Met], root: str) -> list[Met]:
    if not root:  # the trusted side
        return []
    return [place for place in met if place[0].f_code.co_filename.startswith(root + os.sep)][-FRAMES:]


def _line(root: str, frame: FrameType, line: int, instruction: int, values: dict[str, str] | None = None) -> WireFrame:
    code = frame.f_code
    return WireFrame(_below(root, code.co_filename), line, code.co_name, values or {}, _columns(code, instruction))


def _columns(code: CodeType, instruction: int) -> list[int]:
    """The expression under way: its first and last line, and from which byte to before which; [] if Python lacks it."""
    where = next(islice(code.co_positions(), instruction // 2, None), ())
    return [each for each in where if each is not None] if None not in where else []


def _below(root: str, file: str) -> str:
    return file.removeprefix(root + os.sep).replace(os.sep, "/")


def _values(frame: FrameType) -> dict[str, str]:
    """What a frame's variables hold, in words: arrays first, then small values; {"x": "float64 (2, 3)"}."""
    try:
        described = [(name, value, words(value)) for name, value in islice(_variables(frame.f_locals), VALUES)]
    except BaseException:  # noqa: BLE001 - a learner's objects may do anything when looked at
        return {}
    described.sort(key=lambda found: isinstance(found[1], bool | int | float | str | None))
    return {name[:LONGEST]: text[:LONGEST] for name, _, text in described if text}


def _variables(names: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Local variables, then the attributes of those that are a learner's objects."""
    found = [(name, value) for name, value in names.items() if name.isidentifier() and not name.startswith("__")]
    yield from found
    for name, value in found:
        if isinstance(value, type | ModuleType | np.ndarray) or not hasattr(value, "__dict__"):
            continue
        attributes = vars(value)
        if isinstance(attributes.get("_modules"), dict):  # a PyTorch module keeps its parts in dicts of their own
            attributes = attributes["_parameters"] | attributes["_modules"]
        yield from ((f"{name}.{key}", part) for key, part in attributes.items() if key.isidentifier())


def words(value: Any) -> str:
    """A value in a few words, "float64 (2, 3)"; "" for what says nothing."""
    torch = sys.modules.get("torch")
    if isinstance(value, np.ndarray):
        return f"{value.dtype} {value.shape}"
    if torch is not None and isinstance(value, torch.Tensor):
        device = "" if value.device.type == "cpu" else f" on {value.device}"
        return f"{str(value.dtype).removeprefix('torch.')} {tuple(value.shape)}{device}"
    if isinstance(value, np.generic):
        return f"{value.dtype} {value}"
    if value is None or type(value) in (bool, int, float):
        return repr(value)
    if type(value) is str:
        return repr(value if len(value) <= LONGEST_STRING else value[:LONGEST_STRING] + "…")
    if type(value) in (list, tuple, dict):
        return f"{type(value).__name__} of {len(value)}"
    if torch is not None and type(value).__module__.startswith("torch.nn."):
        text = repr(value)
        return text if "\n" not in text else type(value).__name__
    return ""
