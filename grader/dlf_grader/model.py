"""What travels through the grader: frozen dataclasses that decide nothing.

A milestone has exercises (files), an exercise has checks, a check gives a result, a run gives a report.
Nothing of ours is imported here, and no NumPy, so `dlf-grade list` starts at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal, Protocol

Kind = Literal["gradient", "parity", "behaviour", "training"]
Engine = Literal["numpy", "torch"]
Measurements = Mapping[str, float | int | str]
RunCheck = Callable[[Any, Any], Measurements | None]  # of a `Submission` and a `Context`, which lie further up
NOT_RUN = "not run yet"  # the message of a result that stands for a check until it has one of its own


class Status(StrEnum):
    """How a check ended; only `passed` earns points."""

    PASSED = "passed"
    FAILED = "failed"
    TODO = "todo"  # the learner has not written it yet
    BLOCKED = "blocked"  # a check it builds on has not passed
    SKIPPED = "skipped"  # data or hardware is missing, or the run was asked not to train
    TIMEOUT = "timeout"
    CRASHED = "crashed"  # the worker died
    REFUSED = "refused"  # a forbidden import or function
    ERROR = "error"  # our fault, never the learner's


@dataclass(frozen=True)
class Exercise:
    """One file that a learner edits.

    Attributes:
        path: relative to the tree, e.g. "m1_cnn/conv.py".
        engine: what the file may import besides the standard library; "torch" includes NumPy.
        instead: what to use in place of something forbidden, one sentence.
        refused: what of an allowed package may not be used, full names with wildcards: "torch.nn.Transformer*".
    """

    path: str
    engine: Engine = "numpy"
    instead: str = "write it with NumPy and Python's standard library"
    refused: tuple[str, ...] = ()

    @property
    def module(self) -> str:
        return self.path.removesuffix(".py").replace("/", ".")


@dataclass(frozen=True)
class Milestone:
    """A folder of exercises with a lesson; worth 100 points."""

    id: str
    name: str
    folder: str
    exercises: tuple[Exercise, ...]


class Method(Protocol):
    """How a check decides; the methods of ours are in `checks`."""

    @property
    def kind(self) -> Kind: ...


@dataclass(frozen=True)
class Check:
    """One claim about an exercise, worth `points`: decided by a method about a subject, or by a function of its own.

    Attributes:
        id: "m1.conv.forward"; also the id in the stub's NotImplementedError where one function is meant.
        title: the claim as the sentence a learner reads.
        exercise: the file it is about, as in `Exercise.path`.
        target: the function to fix when it fails, "Conv2d.forward".
        method, subject: how it decides, and the "package.module:NAME" of what about.
        run: in place of a method: raises a `CheckFailure` or returns measurements; called as run(submission, ctx).
        requires: what must be there, e.g. "training" or "data:mnist"; probed by `dlf_probe`.
        after: ids of checks that must pass first.
        timeout: seconds for the whole check, of which the worker may use all.
        hints: from a nudge to nearly the answer.
        lesson: anchor in the milestone's README.
    """

    id: str
    title: str
    exercise: str
    kind: Kind
    points: float
    target: str
    method: Method | None = None
    subject: str = ""
    run: RunCheck | None = None
    requires: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    timeout: float = 20.0
    hints: tuple[str, ...] = ()
    lesson: str = ""

    @property
    def milestone(self) -> str:
        return self.id.partition(".")[0]


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
        kind: as in `dlf_reference.training.looks.Look`; "missing" where there is nothing to draw.
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
class Result:
    """What became of one check.

    Attributes:
        hints, lesson: the check's; they and `pictures` are for a page, and a report's JSON leaves them out.
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
    location: str = ""
    trace: tuple[str, ...] = ()  # the learner's own lines on the way to an exception
    output: str = ""
    seconds: float = 0.0
    cached: bool = False
    hints: tuple[str, ...] = ()
    lesson: str = ""
    pictures: tuple[Picture, ...] = ()


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
