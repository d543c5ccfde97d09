"""The tensor of a failing case as tables of numbers: yours beside what was expected, wrong cells marked by a sign."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dlf_grader.report import Counterexample, Nearby

Number = float | str  # nan and inf are words
Rows = Sequence[Sequence[Number]]


@dataclass(frozen=True)
class Cell:
    """One number.

    Attributes:
        shade: how large it is beside the largest of all, from -100 to 100 percent; 0 where nothing is shaded.
    """

    text: str
    wrong: bool
    shade: int


@dataclass(frozen=True)
class Grid:
    """One table; a row is its index and its cells."""

    title: str
    columns: tuple[int, ...]
    rows: tuple[tuple[int, tuple[Cell, ...]], ...]


@dataclass(frozen=True)
class Tensor:
    """What is shown of a tensor.

    Attributes:
        caption: which part of it this is, and how many of the numbers are wrong.
        shaded: whether it is a gradient, and the tables are maps of its values too.
    """

    caption: str
    grids: tuple[Grid, ...]
    shaded: bool


def tensor(case: Counterexample, expected: str = "expected") -> Tensor | None:
    """The tensor of a failing case; None where there is none, or one number.

    Args:
        expected: what the other side is called.
    """
    part = case.nearby
    if part is None or len(part.yours) * len(part.yours[0]) < 2:  # one number is said in words already
        return None
    shaded = "dL_d" in case.tensor
    scale = _largest((*part.yours, *part.expected)) if shaded else 0.0
    grids = [
        _grid("yours", part.yours, part.expected, part, scale, marked=True),
        _grid(expected, part.expected, part.yours, part, scale, marked=False),
    ]
    if shaded:
        rest = _difference(part)
        grids.append(_grid("difference", rest, rest, part, _largest(rest), marked=True))
    return Tensor(_caption(case.tensor, part), tuple(grids), shaded)


def _grid(title: str, values: Rows, others: Rows, part: Nearby, scale: float, *, marked: bool) -> Grid:
    top, left = (0, *part.start)[-2:]
    rows = []
    for i, (row, other, wrong) in enumerate(zip(values, others, part.wrong, strict=True)):
        cells = (
            Cell(_text(a, b) if bad else _text(a), marked and bad, _shade(a, scale))
            for a, b, bad in zip(row, other, wrong, strict=True)
        )
        rows.append((top + i, tuple(cells)))
    return Grid(title, tuple(range(left, left + len(part.yours[0]))), tuple(rows))


def _text(value: Number, other: Number = "") -> str:
    """Four digits, or ten where four do not tell a wrong number from the right one."""
    if isinstance(value, str):
        return value
    digits = 10 if isinstance(other, float) and value != other and f"{value:.4g}" == f"{other:.4g}" else 4
    return f"{value:.{digits}g}".replace("-", "−")


def _shade(value: Number, scale: float) -> int:
    return round(100 * value / scale) if scale and isinstance(value, float) else 0


def _largest(rows: Rows) -> float:
    return max((abs(value) for row in rows for value in row if isinstance(value, float)), default=0.0)


def _difference(part: Nearby) -> list[list[Number]]:
    """Yours less the expected where they differ; 0 where only rounding does."""
    return [
        [_less(a, b) if wrong else 0.0 for a, b, wrong in zip(*rows, strict=True)]
        for rows in zip(part.yours, part.expected, part.wrong, strict=True)
    ]


def _less(a: Number, b: Number) -> Number:
    return a - b if isinstance(a, float) and isinstance(b, float) else "nan"


def _caption(name: str, part: Nearby) -> str:
    shown = (len(part.yours), len(part.yours[0]))[-len(part.shape) :]
    fixed = [str(at) for at in part.start[: -len(shown)]]
    ranges = zip(part.start[-len(shown) :], shown, part.shape[-len(shown) :], strict=True)
    cut = [":" if count == size else f"{first}:{first + count}" for first, count, size in ranges]
    wrong, count = sum(map(sum, part.wrong)), len(part.yours) * len(part.yours[0])
    return f"{name}[{', '.join([*fixed, *cut])}] of shape {part.shape}: {wrong} of these {count} numbers differ"
