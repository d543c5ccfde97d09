"""What a run found out: frozen dataclasses that decide nothing. A check gives a result, a run gives a report.

Apart from `model`, since what only lists checks has no use for it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from dlf_grader.model import Status

NOT_EXPLAINED = "not-explained"  # of what was measured of a training whose cause is not known


@dataclass(frozen=True)
class Diagnosis:
    """A named mistake and the sentence a teacher would say."""

    id: str
    text: str


@dataclass(frozen=True)
class Numbers:
    """An array, without NumPy: its dtype's name ("float64"), shape, and the numbers as they lie in memory."""

    dtype: str
    shape: tuple[int, ...]
    data: bytes


@dataclass(frozen=True)
class Picture:
    """What a page may draw of a result.

    Attributes:
        kind: as in `dlf_reference.training.drawings.Drawing`; "missing" where there is nothing to draw.
        arrays: what is drawn, by name.
        words: what is written beside it, by name; of a missing one "why".
    """

    kind: str
    arrays: dict[str, Numbers] = field(default_factory=dict)
    words: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Nearby:
    """Rows and columns of a tensor around its first wrong element.

    Attributes:
        shape: of the whole tensor.
        start: index of the top left number.
        yours, expected: rows of numbers; nan and inf as words.
        wrong: rows of whether they differ.
    """

    shape: tuple[int, ...]
    start: tuple[int, ...]
    yours: tuple[tuple[float | str, ...], ...]
    expected: tuple[tuple[float | str, ...], ...]
    wrong: tuple[tuple[bool, ...], ...]


@dataclass(frozen=True)
class Counterexample:
    """The smallest case that went wrong.

    Attributes:
        case: the case in words, e.g. "N=1 C=1 H=W=3, kernel 2, stride 2".
        number: which case of the check, for the replay command.
        tensor: what was compared, "y" or "dL_dW".
        index: the first wrong element; empty for a number or when the shapes differ.
        yours, expected: that element.
        yours_array, expected_array: the whole tensors as nested lists where they are small, else None.
        code: Python that repeats the case on the learner's file; "" where there is none.
        nearby: what stands around the element, for a page to draw; a report's JSON leaves it out.
    """

    case: str
    number: int
    tensor: str = ""
    index: tuple[int, ...] = ()
    yours: float | str | None = None
    expected: float | str | None = None
    yours_array: Any = None
    expected_array: Any = None
    code: str = ""
    nearby: Nearby | None = None


@dataclass(frozen=True)
class Location:
    """A line that a learner can go to; as text it is "exercises/m1_cnn/conv.py:47".

    Attributes:
        file: as a person would write it, the tree's name first.
        line: the first is 1.
        cell: of a notebook, where the line stands in one; it is then counted from the cell's first.
    """

    file: str
    line: int
    cell: str = ""

    def __str__(self) -> str:
        return f"cell {self.cell}, line {self.line}" if self.cell else f"{self.file}:{self.line}"


@dataclass(frozen=True)
class TraceLine:
    """A line of the learner's own code on the way to an exception, and what is said about it.

    Attributes:
        text: follows the location, if there is one: " in forward: y = x @ W".
    """

    text: str
    location: Location | None = None

    def __str__(self) -> str:
        return f"{self.location or ''}{self.text}"


@dataclass(frozen=True)
class Excerpt:
    """A few lines of the learner's own code around the one that a failure points to.

    Attributes:
        location: of that line.
        lines: without the indentation that all of them share.
        at: which of the lines it is.
        columns: from where to before where the expression in question reaches on it; None where it is not known.
    """

    location: Location
    lines: tuple[str, ...]
    at: int
    columns: tuple[int, int] | None = None


@dataclass(frozen=True)
class Result:
    """What became of one check.

    Attributes:
        hints, lesson: the check's; they, `pictures` and `excerpt` are to be shown, and a report's JSON leaves them out.
        unreadable: its file is there and no Python program, as the message says; likewise left out.
    """

    id: str
    milestone: str
    exercise: str
    kind: str
    title: str
    status: Status
    score: float
    max_score: float
    message: str = ""
    diagnosis: tuple[Diagnosis, ...] = ()
    counterexample: Counterexample | None = None
    replay: str = ""
    measurements: dict[str, float | int | str] = field(default_factory=dict)
    location: Location | None = None
    trace: tuple[TraceLine, ...] = ()  # the innermost last
    excerpt: Excerpt | None = None
    output: str = ""
    seconds: float = 0.0
    cached: bool = False
    hints: tuple[str, ...] = ()
    lesson: str = ""
    pictures: tuple[Picture, ...] = ()
    unreadable: bool = False


@dataclass(frozen=True)
class Report:
    """Everything one run found out; every output is made from this."""

    tree: str
    seed: int
    isolation: str
    environment: dict[str, str]
    files: dict[str, str]
    score: float
    max_score: float
    results: tuple[Result, ...]
    schema: str = "dlf/report/v1"
