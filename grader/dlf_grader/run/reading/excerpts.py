"""The lines of a learner's file that a failure points to: what they wrote, with the expression in question."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from difflib import SequenceMatcher
from textwrap import dedent

from dlf_grader.frames import Frame
from dlf_grader.report import Excerpt, Location
from dlf_grader.run.reading.source import Function, Source

AROUND = 1  # lines before and after


def excerpt_of(source: Source, location: Location, expression: Sequence[int] = ()) -> Excerpt | None:
    """The lines around a location; None where there are none.

    Args:
        expression: its first and last line, from which byte to before which; whatever else it is, nothing is marked.
    """
    lines = [each.expandtabs(1) for each in source.lines]
    line = location.line
    if not 0 < line <= len(lines) or not lines[line - 1].strip():
        return None
    first = max(line - AROUND, 1)
    around = [each.rstrip() for each in lines[first - 1 : line + AROUND]]
    at = line - first
    while around and not around[-1]:
        around.pop()
    while not around[0]:
        around, at = around[1:], at - 1
    shared = dedent("\n".join(around)).split("\n")
    columns = _columns(lines[line - 1], line, expression)
    if columns is not None:
        indent = len(around[at]) - len(shared[at])
        columns = columns[0] - indent, columns[1] - indent
    return Excerpt(location, tuple(shared), at, columns)


def _columns(text: str, line: int, expression: Sequence[int]) -> tuple[int, int] | None:
    """From where to before where an expression reaches on the line on which it begins."""
    if len(expression) != 4 or expression[0] != line:
        return None
    data, start = text.encode(), expression[2]
    end = expression[3] if expression[1] == line else len(data)
    if not 0 <= start < end <= len(data):
        return None
    return len(data[:start].decode(errors="replace")), len(data[:end].decode(errors="replace"))


def written(source: Source, stub: str) -> frozenset[int]:
    """The numbers of the lines that are not as they were handed out: those that the learner wrote."""
    matcher = SequenceMatcher(None, source.lines, stub.split("\n"), autojunk=False)
    given = {at for block in matcher.get_matching_blocks() for at in range(block.a, block.a + block.size)}
    return frozenset(at + 1 for at in range(len(source.lines)) if at not in given)


def added_statements(mine: ast.AST | None, stub: ast.AST | None) -> bool:
    """Whether a function does more than it did as it was handed out, beside raising."""
    found = [
        {ast.unparse(each) for each in ast.walk(function) if isinstance(each, ast.stmt) and each is not function}
        - {ast.unparse(each) for each in ast.walk(function) if isinstance(each, ast.Raise | ast.Pass)}
        for function in (mine, stub)
        if isinstance(function, Function)
    ]
    return len(found) == 2 and bool(found[0] - found[1])


def innermost_written(frames: Sequence[Frame], lines_of: dict[str, frozenset[int]]) -> Frame | None:
    """The innermost frame that stands in a line that the learner wrote.

    Args:
        lines_of: of each file that was handed out, the lines that they wrote; all of any other is theirs.
    """
    own = (frame for frame in reversed(frames) if frame.line in lines_of.get(frame.file, {frame.line}))
    return next(own, None)
