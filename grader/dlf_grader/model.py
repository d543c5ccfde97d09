"""What there is to grade: frozen dataclasses that decide nothing.

A milestone has exercises (files), an exercise has checks; what becomes of them is in `report`.
No NumPy is imported here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from dlf_grader.claims import Claim, Heading
from dlf_grader.claims import Status as Status  # plugins look for it here

Kind = Literal["gradient", "parity", "behaviour", "training"]
Engine = Literal["numpy", "torch"]
Measurements = Mapping[str, float | int | str]
ADVICE = "advice"  # the measurement that is a sentence, told beside a passed check
RunCheck = Callable[[Any, Any], Measurements | None]  # of a `Submission` and a `Context`, which lie further up


@dataclass(frozen=True)
class Exercise:
    """One file that a learner edits.

    Attributes:
        path: relative to the tree, e.g. "m1_cnn/conv.py".
        engine: what the file may import besides the standard library; "torch" includes NumPy.
        instead: what to use in place of something forbidden, one sentence.
        refused: what of an allowed package may not be used, full names with wildcards: "torch.nn.Transformer*"; or
            all of a package, "numpy".
    """

    path: str
    engine: Engine = "numpy"
    instead: str = "write it with NumPy and Python's standard library"
    refused: tuple[str, ...] = ()

    @property
    def module(self) -> str:
        return self.path.removesuffix(".py").replace("/", ".")


@dataclass(frozen=True)
class Milestone(Heading):
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
class Check(Claim):
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
        may_locate: whether `dlf-grade locate` searches the learner's file for the mistake; a plugin may say no.
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
    may_locate: bool = True
