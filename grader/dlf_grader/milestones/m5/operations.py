"""Cases of one operation each, from a line of shapes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from dlf_grader.instruments.case import Array, Case, RngFor, whole
from dlf_grader.instruments.program import Cases, Step, program, step

WHOLE_NUMBERS = 8  # the first cases hold small whole numbers that can be followed by hand
PAIR = np.array([5.0, -4.0])
COLUMN = np.array([[3.0], [-2.0]])
Spec = tuple[Any, ...]  # step, leaves by name (a shape, or the numbers themselves), the result's shape, traits


def one_operation(*specs: Spec, positive: bool = False, divisor: float = 1.0) -> Cases:
    """Cases from specifications, smallest first; the leaf "k" is a constant.

    Args:
        positive: only positive numbers, as log needs them.
        divisor: of the drawn whole numbers, so that they stay where a function bends.
    """

    def cases(rng_for: RngFor) -> Sequence[Case]:
        return [_case(rng_for(number), number, *spec) for number, spec in enumerate(specs, start=1)]

    def _case(
        rng: np.random.Generator, number: int, one: Step, leaves: dict[str, Any], out: tuple[int, ...], *traits: str
    ) -> Case:
        by_hand = number <= WHOLE_NUMBERS

        def draw(shape: tuple[int, ...]) -> Array:
            drawn = whole(rng, *shape) / divisor if by_hand else np.asarray(rng.standard_normal(shape))
            return np.abs(drawn) + (0.0 if by_hand else 0.1) if positive else drawn

        values = {name: draw(leaf) if isinstance(leaf, tuple) else leaf for name, leaf in leaves.items()}
        upstream = whole(rng, *out) if by_hand else np.asarray(rng.standard_normal(out))
        return program([one], values, upstream, *traits, constants=[name for name in values if name == "k"])

    return cases


def elementwise(operation: str) -> list[Spec]:
    """A function of one Tensor, element by element."""
    return [(step(operation, "$x"), {"x": shape}, shape) for shape in ((), (3,), (2, 3), (4, 1, 5))]


def binary(operation: str) -> list[Spec]:
    """An operator between two: equal shapes, numbers and arrays on either side, then broadcasting."""

    def both(a: tuple[int, ...], b: tuple[int, ...], out: tuple[int, ...], *traits: str) -> Spec:
        return (step(operation, "$a", "$b"), {"a": a, "b": b}, out, *traits)

    return [
        both((), (), ()),
        both((2,), (2,), (2,)),
        (step(operation, "$a", "$k"), {"a": (2,), "k": (2,)}, (2,), "a Tensor that requires no gradient"),
        (step(operation, "$a", 3.0), {"a": (2,)}, (2,), "a number on the right"),
        (step(operation, 2.0, "$a"), {"a": (2,)}, (2,), "a number on the left"),
        (step(operation, "$a", PAIR), {"a": (2,)}, (2,), "an array on the right"),
        (step(operation, PAIR, "$a"), {"a": (2,)}, (2,), "an array on the left"),
        (step(operation, "$a", "$a"), {"a": (2,)}, (2,), "the same Tensor on both sides"),
        both((2, 3), (2, 3), (2, 3)),
        both((2, 3), (3,), (2, 3), "broadcasting"),
        both((3,), (2, 3), (2, 3), "broadcasting of the first"),
        both((2, 1), (1, 3), (2, 3), "axes of size 1"),
        both((), (2, 3), (2, 3), "broadcasting of a single number"),
        (step(operation, COLUMN, "$a"), {"a": (3,)}, (2, 3), "an array that makes the Tensor broadcast"),
        both((4, 1, 3), (2, 1), (4, 2, 3), "three axes"),
        both((5,), (3, 1, 5), (3, 1, 5), "three axes"),
    ]
