"""How a check decides, as data: what a table of checks is written with. Nothing here imports NumPy.

Each method is about a subject, which `Check.subject` names; `instruments.plugin` carries it out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from dlf_grader.model import Check, Exercise, Kind, Method

Arguments = dict[str, Any]
Shape = tuple[int, ...]


@dataclass(frozen=True, init=False)
class Parity:
    """The subject's tensors equal the right ones on every case: those named, or all of its answer.

    Attributes:
        tensors: by name.
        kind: "parity"; "behaviour" where what is right is not PyTorch's answer.
        cases_of: the id of a check with the same subject whose cases this one judges too: they are run once for both.
    """

    tensors: tuple[str, ...]
    kind: Kind
    cases_of: str

    def __init__(self, *tensors: str, kind: Kind = "parity", cases_of: str = "") -> None:
        object.__setattr__(self, "tensors", tensors)
        object.__setattr__(self, "kind", kind)
        object.__setattr__(self, "cases_of", cases_of)


@dataclass(frozen=True)
class Gradient:
    """A layer's `backward` is the gradient of its own `forward`, by finite differences.

    Attributes:
        cases: how many of its cases, evenly from the smallest to the largest.
        kinked: whether the layer has kinks, where a difference is less exact.
    """

    cases: int = 2
    kinked: bool = False
    kind: ClassVar[Kind] = "gradient"


class Behaviour:
    """The subject keeps dtypes, leaves its inputs alone, and carries nothing over between calls."""

    kind: ClassVar[Kind] = "behaviour"


@dataclass(frozen=True)
class Filled:
    """An input whose numbers are all the same, as ids that are out of range."""

    shape: Shape
    number: float
    dtype: str = "int64"


@dataclass(frozen=True)
class BadShapes:
    """`forward`, the function or the network refuses each bad input with a ValueError of the exercise's own.

    Attributes:
        bad: what is wrong in words, the constructor's arguments (a function's by keyword; a network has its own
            besides), the inputs' shapes, or the numbers that fill them.
        dtype: of the inputs given by their shape alone.
    """

    bad: tuple[tuple[str, Arguments, tuple[Shape | Filled, ...]], ...]
    dtype: str = "float64"
    kind: ClassVar[Kind] = "behaviour"


@dataclass(frozen=True)
class Initial:
    """A layer's `W` is He-normal, drawn from `rng` alone, and its bias starts at zero.

    Attributes:
        arguments: the constructor's, for a layer large enough to measure.
        shape: of `W`.
        fan_in: how many inputs feed one output.
        optional_bias: whether the class takes `bias=False`.
    """

    arguments: Arguments
    shape: Shape
    fan_in: int
    optional_bias: bool = True
    kind: ClassVar[Kind] = "behaviour"


class Learns:
    """A PyTorch model has parameters, not more than allowed, and a gradient reaches every one."""

    kind: ClassVar[Kind] = "behaviour"


class Logits:
    """A PyTorch model gives a row of logits for each row of its input, whatever the other rows hold."""

    kind: ClassVar[Kind] = "behaviour"


class SameLogits:
    """A PyTorch model's logits stay the same where only padding or other rows change; the subject is an invariance."""

    kind: ClassVar[Kind] = "behaviour"


class Training:
    """A model reaches an accuracy, or an optimiser a loss, under our recipe; the subject is the goal."""

    kind: ClassVar[Kind] = "training"


class FullTraining:
    """The training of a milestone on its whole data set: the recipe, the model and the target of the check's config."""

    kind: ClassVar[Kind] = "training"


@dataclass(frozen=True)
class Custom:
    """A function of its own, `function(submission, ctx)`, for what no other method can say.

    Attributes:
        function: in the module of the check's subject.
        mistakes: in that module, a tuple of what it recognises; "" for nothing.
        kind: as in `Check`.
    """

    function: str
    mistakes: str = ""
    kind: Kind = "behaviour"


@dataclass(frozen=True)
class Section:
    """A table's shorthand: the checks of one group share an id prefix, an exercise, a subject and a lesson.

    Attributes:
        prefix: "m1.conv".
        exercise: the file they are about.
        subject: "package.module:NAME", imported only when a check runs.
        lesson: heading's anchor in the milestone's README, "convolution".
    """

    prefix: str
    exercise: Exercise
    subject: str
    lesson: str

    def check(
        self,
        name: str,
        method: Method,
        points: float,
        target: str,
        title: str,
        *hints: str,
        subject: str = "",
        after: tuple[str, ...] = (),
        lesson: str = "",
        requires: tuple[str, ...] = (),
        timeout: float = 20.0,
    ) -> Check:
        """One check.

        Args:
            name: after the prefix, "forward".
            target: the function to fix, "Conv2d.forward".
            title: the claim, as a sentence.
            hints: from a nudge to nearly the answer.
            subject: another one of the subject's module.
            after: names in this section, or whole ids, of what must pass first.
        """
        module = self.subject.partition(":")[0]
        return Check(
            id=f"{self.prefix}.{name}",
            title=title,
            exercise=self.exercise.path,
            kind=method.kind,
            points=points,
            target=target,
            method=method,
            subject=f"{module}:{subject}" if subject else self.subject,
            requires=requires,
            after=tuple(earlier if "." in earlier else f"{self.prefix}.{earlier}" for earlier in after),
            timeout=timeout,
            hints=hints,
            lesson=lesson or self.lesson,
        )
