"""What a learner is told of a check: all that `list`, `next` and `hint` read. Nothing is imported that takes time."""

from __future__ import annotations

from enum import StrEnum

# here, and wherever else `list`, `next` and `hint` come by: importing typing would be a tenth of their time
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeVar

    AnyClaim = TypeVar("AnyClaim", bound="Claim")

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


class Heading:
    """A milestone's id and name."""

    def __init__(self, id: str, name: str) -> None:
        self.id = id
        self.name = name


class Claim:
    """A check without what decides it; the attributes are those of `model.Check`."""

    def __init__(
        self,
        id: str,
        title: str,
        exercise: str,
        points: float,
        target: str,
        hints: tuple[str, ...],
        lesson: str,
        may_locate: bool,
    ) -> None:
        self.id = id
        self.title = title
        self.exercise = exercise
        self.points = points
        self.target = target
        self.hints = hints
        self.lesson = lesson
        self.may_locate = may_locate

    @property
    def milestone(self) -> str:
        return self.id.partition(".")[0]

    @property
    def section(self) -> str:
        """Where the lesson tells of it, "exercises/m1_cnn/README.md#convolution"."""
        return f"exercises/{self.exercise.partition('/')[0]}/README.md#{self.lesson}"
