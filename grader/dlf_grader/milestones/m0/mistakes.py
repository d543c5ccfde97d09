"""Shorthand for the commonest kinds of misconception."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dlf_grader.instruments_old.layer import Array, Ask, Case, Misconception

Answer = Callable[[Ask, Case, str], Any]


def mistake(id: str, about: str, answer: Answer, text: str) -> Misconception:
    """A mistake that shows in one tensor; its text goes on from "It looks as if "."""
    return Misconception(id, "It looks as if " + text, (about,), answer)


def inputs(function: Callable[..., Any]) -> Answer:
    """A mistaken answer that is a function of the case's inputs."""
    return lambda ask, case, tensor: function(*case.inputs)


def times(factor: Callable[[Array], float]) -> Answer:
    """The right answer times a factor that depends on the first input."""
    return lambda ask, case, tensor: ask(case)[tensor] * factor(case.inputs[0])
