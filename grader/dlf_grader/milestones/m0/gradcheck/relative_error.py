"""relative_error as a subject: its cases, smallest first, and its formula."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from dlf_grader.instruments.case import Case, RngFor, shown, traits
from dlf_grader.instruments.subjects.function import Function
from dlf_grader.milestones.m0.gradcheck import mistakes

# a, b, what is new about them
SMALL: tuple[tuple[list[float], list[float], str], ...] = (
    ([1], [3], ""),
    ([2], [2], "equal arrays"),
    ([3], [1], "an a larger than b"),
    ([-1], [-3], "negative numbers"),
    ([-2], [2], "opposite signs"),
    ([1, 0], [3, 0], "a pair of zeros"),
    ([4, 1], [5, 3], "two different errors"),
    ([1000, 1], [1001, 2], "elements of different size"),
    ([0], [0], "nothing but zeros"),
    ([1e-9], [0], "numbers below 1e-8"),
)
SHAPES = ((5,), (3, 4), (2, 3, 4), (1, 1), (20, 30))


def cases(rng_for: RngFor) -> Iterator[Case]:
    """Smallest first: one pair of numbers, then what is special about pairs, then every kind of shape."""
    for a, b, trait in SMALL:
        left, right = np.array(a, dtype=float), np.array(b, dtype=float)
        words = f"a = {a}, b = {b}" if min(map(abs, a)) < mistakes.FLOOR else shown(a=left, b=right)
        yield Case(words, (left, right), traits=traits({trait: trait != ""}))
    for number, shape in enumerate(SHAPES, start=len(SMALL) + 1):
        rng = rng_for(number)
        left = rng.standard_normal(shape)
        right = left + 0.1 * rng.standard_normal(shape)
        yield Case(f"a and b of shape {shape}", (left, right), traits=traits({f"{len(shape)} axes": len(shape) > 1}))


RELATIVE_ERROR = Function(
    name="relative_error",
    arguments=("a", "b"),
    results=("error",),
    oracle=lambda case: {"error": mistakes.errors(*case.inputs).max()},
    cases=cases,
    mistakes=mistakes.RELATIVE_ERROR,
)
