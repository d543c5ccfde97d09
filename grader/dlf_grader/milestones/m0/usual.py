"""The two checks that every layer and loss of m0 has, besides those of its numbers."""

from __future__ import annotations

from dlf_grader.checks import Behaviour, Gradient, Section
from dlf_grader.model import Check


def gradient_and_behaviour(
    section: Section, name: str, points: tuple[int, int], *more_hints: str, smooth: str = "", kinked: bool = False
) -> tuple[Check, Check]:
    """backward is the gradient of forward; and nothing happens besides.

    Args:
        name: of the class.
        points: of the two checks.
        more_hints: on the second.
        smooth: the subject of the first, where it has cases of its own.
        kinked: as in `Gradient`.
    """
    return (
        section.check(
            "gradient",
            Gradient(kinked=kinked),
            points[0],
            f"{name}.backward",
            f"{name}.backward is the gradient of {name}.forward",
            "Change one element of the input by a small step. How much does the loss change? backward must agree.",
            "forward is right by now: differentiate it on paper, line by line, and compare with backward.",
            subject=smooth,
            after=("forward",),
        ),
        section.check(
            "behaviour",
            Behaviour(),
            points[1],
            f"{name}.forward",
            f"{name} keeps the dtype, leaves its inputs alone, and carries nothing over between calls",
            "What does one call leave behind on self, or in the caller's arrays, that the next call would see?",
            "In every forward, overwrite what backward needs. Return new arrays, of the dtype that came in.",
            *more_hints,
            after=("forward", "backward"),
        ),
    )
