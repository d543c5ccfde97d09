"""A mistake with a name: what its maker would have computed, and what to tell them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from dlf_grader.instruments.case import Answer, Array, Case


class Ask(Protocol):
    """Where a mistake asks what it would have led to."""

    def __call__(self, case: Case) -> Answer:
        """The right answer to a case."""

    def learner(self, case: Case, tensors: Sequence[str] = ()) -> Answer:
        """The learner's own answer to a case, without its gradients unless one is asked for.

        Raises:
            ValueError: the learner's code raised.
        """

    def in_turn(self, cases: Sequence[Case]) -> list[Answer]:
        """The answers of one of the learner's objects to case after case, without gradients.

        Raises:
            ValueError: the learner's code raised, or there is no object.
        """


THEIRS = object()  # a mistaken value: whatever the learner's is, for it was shown to come of this mistake
Mistaken = Callable[[Ask, Case, str], Any]  # (ask, case, tensor) to the tensor's mistaken value


@dataclass(frozen=True)
class Mistake:
    """A mistake that people make.

    Attributes:
        id: unique within the subject: "kernel-flipped".
        about: the tensors it shows in.
        answers: a tensor's mistaken value, or several where the mistake has several forms; None where the mistake
            makes no difference, ValueError where nobody can have made it.
        text: what is wrong and what to do, as a teacher would say it.
        numbers: how many numbers must agree at least, where one of many similar mistakes may fit fewer by chance.
    """

    id: str
    about: tuple[str, ...]
    answers: tuple[Mistaken, ...]
    text: str
    numbers: int = field(default=1, kw_only=True)


def mistake(id: str, about: str | tuple[str, ...], answer: Mistaken | tuple[Mistaken, ...], text: str) -> Mistake:
    """Declare a mistake.

    Args:
        about: the tensor it shows in, or several.
        answer: the mistaken value, or one for each form of the mistake.
    """
    tensors = (about,) if isinstance(about, str) else about
    return Mistake(id, tensors, answer if isinstance(answer, tuple) else (answer,), text)


def of_case(function: Callable[[Case], Any]) -> Mistaken:
    """A mistaken value that follows from the case alone."""
    return lambda ask, case, tensor: function(case)


def of_inputs(function: Callable[..., Any]) -> Mistaken:
    """A mistaken value that is a function of the case's inputs."""
    return lambda ask, case, tensor: function(*case.inputs)


def of_right(function: Callable[[Array, Case], Any]) -> Mistaken:
    """A mistaken value made of the right one: function(right value, case)."""
    return lambda ask, case, tensor: function(ask(case)[tensor], case)
