"""Why Python cannot read a file, beyond what Python says: a merge that is not settled, a line at the left margin."""

from __future__ import annotations

import ast
import re

MARKS = ("<" * 7, "=" * 7, ">" * 7)
CONFLICT = (
    "is where git could not choose between two versions: keep one, and delete the lines <<<<<<<, ======= and >>>>>>>"
)

_NOT_PYTHON = {
    "```": "is the mark of a code block in Markdown, not Python: delete it",
    r"(?:%%?|!)[A-Za-z]": "is a notebook's command, not Python: delete it",
    ">>> ": "begins with Python's prompt: delete the >>> before the code",
}


def misread(text: str, error: SyntaxError) -> tuple[int, str]:
    """The line of a file that is to blame, and why."""
    lines = text.split("\n")
    if "\0" in text:
        return text[: text.index("\0")].count("\n") + 1, "holds null bytes, which no text has: save it again, as UTF-8"
    marks = [next((at for at, line in enumerate(lines, 1) if line.startswith(mark)), 0) for mark in MARKS]
    if all(marks) and marks == sorted(marks):
        return marks[0], CONFLICT
    line = error.lineno or 1
    margin = _margin(lines[: line - 1]) if error.msg == "unexpected indent" else 0
    ends = f"; line {margin}, at the left margin, ends the block above it" if margin else ""
    if note := next((note for begins, note in _NOT_PYTHON.items() if re.match(begins, lines[line - 1].lstrip())), ""):
        return line, note
    if error.msg == "expected ':'" and lines[line - 1].split()[:2] == ["else", "if"]:
        ends = "; else if is elif in Python"
    return line, f"is not valid Python: {error.msg}{ends}"


def _margin(before: list[str]) -> int:
    """The first of the last lines at the left margin, if they end a block above them; else 0."""
    places = [at for at, line in enumerate(before, 1) if line.strip()]
    while places and before[places[-1] - 1][0].isspace():
        places.pop()
    while len(places) > 1 and not before[places[-2] - 1][0].isspace():
        places.pop()
    if len(places) < 2:
        return 0
    at = places[-1]
    try:
        last = ast.parse("\n".join(before[:at])).body[-1]
    except (SyntaxError, ValueError, IndexError):  # it is inside a text or brackets, or begins a block of its own
        return 0
    return at if last.lineno == at else 0
