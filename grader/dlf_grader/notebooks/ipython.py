"""A cell of a notebook as Python: without what belongs to IPython alone, and whether a kernel would have run it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from dlf_grader.notebooks.cells import MARK

WRITEFILE = re.compile(r"\s*%%writefile\s+(?P<append>-a\s+)?(?P<path>\S+\.py)[ \t]*\n(?P<text>.*)", re.DOTALL)
RUNS_BELOW = ("%%time", "%%capture", "%%prun", "%%memit")  # cell magics below which a kernel runs Python as it stands
MAGIC = re.compile(r"\s*(?:[%!]|\?\S|\w+(?:\s*,\s*\w+)*\s*=\s*[%!])|[^#'\"]*\w\?{1,2}\s*$")
PROMPT = re.compile(r"(?:>>>|\.\.\.)(?: |$)")
STOPS = re.compile(r"%%\w+")  # a cell magic that is not a cell's first line is one of a line, which no kernel has
TEXT_OR_BRACKET = re.compile(
    r"#.*|(?P<long>\"{3}|'{3})|\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|(?P<opens>[(\[{])|(?P<closes>[)\]}])"
)


@dataclass(frozen=True)
class RawCell:
    """A cell: its text, nbgrader's name of it, and Jupyter's kind.

    Attributes:
        not_reached: why a kernel stops before it; "" if it does not.
    """

    source: str
    grade_id: str = ""
    kind: str = "code"
    not_reached: str = ""


def pieces_of(raw: RawCell) -> Iterator[RawCell]:
    """The cells that were merged into one, and of each what a kernel does not reach apart."""
    why = ""
    for piece in split_at_marks(raw):
        for part in [replace(piece, not_reached=why)] if why else _split_where_it_stops(piece):
            why = part.not_reached
            yield part


def _split_where_it_stops(raw: RawCell) -> list[RawCell]:
    """What is above the line at which a kernel stops with an error, and what is below.

    Both begin with the line that says what the cell is of, and lines keep their numbers.
    """
    lines = raw.source.splitlines()
    top = _cell_magics(lines)
    at = next((at for at in _logical_lines(lines) if at > top and STOPS.match(lines[at])), None)
    if raw.kind != "code" or _defines_nothing(raw.source) or at is None:
        return [raw]
    why = f"its cell has {lines[at].split()[0]} below its first line, and a kernel stops there: put it on top"
    below = [*(line if MARK.match(line) else "" for line in lines[:at]), "", *lines[at + 1 :]]
    return [replace(raw, source="\n".join(lines[:at])), replace(raw, source="\n".join(below), not_reached=why)]


def split_at_marks(raw: RawCell) -> list[RawCell]:
    """A cell into which others were merged, piece by piece: each still begins with the line that says what it is of."""
    lines = raw.source.splitlines()
    begins = [0, *(at for at, line in enumerate(lines) if at and MARK.match(line)), len(lines)]
    pieces = ["\n".join(lines[at:end]) for at, end in pairwise(begins)]
    if raw.kind != "code" or _defines_nothing(raw.source) or not all(parses(python_of(piece)) for piece in pieces):
        return [raw]
    return [
        replace(raw, source=piece, grade_id=raw.grade_id if number == 0 else "") for number, piece in enumerate(pieces)
    ]


def read(raw: RawCell) -> tuple[str, str]:
    """A cell's Python, and why a kernel does not define what is in it."""
    if raw.kind != "code":
        return raw.source, f"its cell is {raw.kind.capitalize()}, which is never run: change it to Code"
    if (word := _defines_nothing(raw.source)) and not WRITEFILE.fullmatch(raw.source):
        return re.sub(r"^(\s*)%%.*", r"\1", raw.source), f"its cell starts with {word}, which keeps no definition"
    return python_of(raw.source), raw.not_reached


def _defines_nothing(source: str) -> str:
    """The cell magic above a cell that a kernel does not run as the Python it is."""
    lines = source.splitlines()
    words = [line.split()[0] for line in lines[: _cell_magics(lines)] if line.strip()]
    return next((word for word in words if word not in RUNS_BELOW), "")


def _cell_magics(lines: list[str]) -> int:
    """How many lines on top are cell magics, or empty: below `%%time` another one is a cell's first line again."""
    return next(
        (at for at, line in enumerate(lines) if line.strip() and not line.lstrip().startswith("%%")), len(lines)
    )


def python_of(source: str) -> str:
    """A cell's Python: what belongs to IPython alone is an empty line."""
    if _defines_nothing(source):
        return ""
    lines = source.splitlines()
    top = _cell_magics(lines)
    lines = [*[""] * top, *_without_prompts(lines[top:])]
    source = "\n".join(lines)
    return source if parses(source) else "\n".join(_without_magics(lines))


def _without_prompts(lines: list[str]) -> list[str]:
    """Lines as Python's own prompt shows them, `>>> x = 1`, as a kernel reads them."""
    first = next((line for line in lines if line.strip()), "")
    return [PROMPT.sub("", line) for line in lines] if first.startswith(">>>") else lines


def _without_magics(lines: list[str]) -> list[str]:
    kept = [*lines]
    for at in _logical_lines(lines):
        if MAGIC.match(lines[at]) is None:
            continue
        indent = lines[at][: len(lines[at]) - len(lines[at].lstrip())]
        stops = STOPS.match(lines[at].lstrip())
        instead = f"raise NameError('{stops[0]} stands only in the first line of a cell')" if stops else "pass"
        kept[at] = f"{indent}{instead}" if indent else ""
        for below in range(at + 1, len(lines)):
            if not lines[below - 1].rstrip().endswith("\\"):
                break
            kept[below] = ""
    return kept


def from_the_margin(source: str) -> str:
    """A cell without the indentation of its first line: a kernel takes it off all of them."""
    first = next((line for line in source.splitlines() if line.strip()), "")
    margin = first[: len(first) - len(first.lstrip(" \t"))]
    return "\n".join(line.removeprefix(margin) for line in source.splitlines()) if margin else source


def _logical_lines(lines: list[str]) -> list[int]:
    """Where statements may begin: not inside of a text or of brackets, nor below a backslash."""
    begins, depth, text, goes_on, magic = [], 0, "", False, False
    for at, line in enumerate(lines):
        if not (depth or text or goes_on):
            begins.append(at)
            magic = MAGIC.match(line) is not None
        goes_on = line.rstrip().endswith("\\")
        if not magic:
            depth, text = _open_after(line, depth, text)
    return begins


def _open_after(line: str, depth: int, text: str) -> tuple[int, str]:
    """How many brackets are open below a line, and the quotes that will end a text."""
    at = 0
    while at < len(line):
        if text and (end := line.find(text, at)) >= 0:
            at, text = end + len(text), ""
        elif not text and (found := TEXT_OR_BRACKET.search(line, at)):
            at, text = found.end(), found["long"] or ""
            depth = max(0, depth + bool(found["opens"]) - bool(found["closes"]))
        else:
            break
    return depth, text


def parses(source: str) -> bool:
    """Whether it is Python."""
    try:
        ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
