"""A cell of a notebook as Python: without what belongs to IPython alone, and whether a kernel would have run it."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, replace
from itertools import pairwise

from dlf_grader.notebooks.cells import MARK

WRITEFILE = re.compile(r"\s*%%writefile\s+(?P<append>-a\s+)?(?P<path>\S+\.py)[ \t]*\n(?P<text>.*)", re.DOTALL)
RUNS_BELOW = ("%%time", "%%capture", "%%prun", "%%memit")  # cell magics below which a kernel runs Python as it stands
MAGIC = re.compile(r"\s*(?:[%!]|\?\S|\w+(?:\s*,\s*\w+)*\s*=\s*[%!])|.*\w\?{1,2}\s*$")


@dataclass(frozen=True)
class RawCell:
    """A cell: its text, nbgrader's name of it, and Jupyter's kind."""

    source: str
    grade_id: str = ""
    kind: str = "code"


def split_at_marks(raw: RawCell) -> list[RawCell]:
    """A cell into which others were merged, piece by piece: each still begins with the line that says what it is of."""
    lines = raw.source.splitlines()
    begins = [0, *(at for at, line in enumerate(lines) if at and MARK.match(line)), len(lines)]
    pieces = ["\n".join(lines[at:end]) for at, end in pairwise(begins)]
    if raw.kind != "code" or _defines_nothing(raw.source) or not all(parses(python_of(piece)) for piece in pieces):
        return [raw]
    return [replace(raw, source=pieces[0]), *map(RawCell, pieces[1:])] if len(pieces) > 1 else [raw]


def read(raw: RawCell) -> tuple[str, str]:
    """A cell's Python, and why a kernel does not define what is in it."""
    if raw.kind != "code":
        return raw.source, f"its cell is {raw.kind.capitalize()}, which is never run: change it to Code"
    if (word := _defines_nothing(raw.source)) and not WRITEFILE.fullmatch(raw.source):
        return re.sub(r"^(\s*)%%.*", r"\1", raw.source), f"its cell starts with {word}, which keeps no definition"
    return python_of(raw.source), ""


def _defines_nothing(source: str) -> str:
    """The cell magic above a cell that a kernel does not run as the Python it is."""
    word = (source.split() or [""])[0]
    return word if word.startswith("%%") and word not in RUNS_BELOW else ""


def python_of(source: str) -> str:
    """A cell's Python: what belongs to IPython alone is an empty line."""
    if _defines_nothing(source):
        return ""
    lines = source.splitlines()
    first = next((at for at, line in enumerate(lines) if line.strip()), 0)
    if lines and lines[first].startswith("%%"):
        lines[first] = ""
    source = "\n".join(lines)
    return source if parses(source) else "\n".join(_without_magics(lines))


def _without_magics(lines: list[str]) -> list[str]:
    kept, going_on = [], False
    for line in lines:
        begins = not going_on and MAGIC.match(line) is not None
        going_on = going_on or begins
        indent = line[: len(line) - len(line.lstrip())]
        kept.append(f"{indent}pass" if begins and indent else "" if going_on else line)
        going_on = going_on and line.rstrip().endswith("\\")
    return kept


def parses(source: str) -> bool:
    """Whether it is Python."""
    try:
        ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
