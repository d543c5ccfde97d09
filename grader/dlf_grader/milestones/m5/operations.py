"""Cases of one operation each, from a line of shapes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from dlf_grader.instruments.case import Array, Case, RngFor, drawn_size, whole
from dlf_grader.instruments.subjects.program import Cases, Step, program, step

WHOLE_NUMBERS = 8  # the first cases hold small whole numbers that can be followed by hand
PAIR = np.array([5.0, -4.0])
ROW = np.array([6.0, -5.0])
COLUMN = np.array([[3.0], [-2.0]])
Spec = tuple[Any, ...]  # step, leaves by name (a shape, or the numbers themselves), the result's shape, traits
Drawn = Callable[[np.random.Generator], Spec]  # a specification whose sizes are drawn too
LOUD = 1000.0  # an upstream gradient that one who clips would clip


def one_operation(*specs: Spec | Drawn, positive: bool = False, divisor: float = 1.0) -> Cases:
    """Cases from specifications, smallest first; the leaf "k" is a constant.

    Args:
        positive: only positive numbers, as log needs them.
        divisor: of the drawn whole numbers, so that they stay where a function bends.
    """

    def cases(rng_for: RngFor) -> Sequence[Case]:
        return [_numbered(rng_for(number), number, spec) for number, spec in enumerate(specs, start=1)]

    def _numbered(rng: np.random.Generator, number: int, spec: Spec | Drawn) -> Case:
        by_hand = number <= WHOLE_NUMBERS and not callable(spec)
        return _case(rng, by_hand, *(spec(rng) if callable(spec) else spec), loud=callable(spec))

    def _case(
        rng: np.random.Generator,
        by_hand: bool,
        one: Step,
        leaves: dict[str, Any],
        out: tuple[int, ...] | Array,
        *traits: str,
        loud: bool,
    ) -> Case:
        def draw(shape: tuple[int, ...]) -> Array:
            drawn = whole(rng, *shape) / divisor if by_hand else np.asarray(rng.standard_normal(shape))
            return np.abs(drawn) + (0.0 if by_hand else 0.1) if positive else drawn

        values = {name: draw(leaf) if isinstance(leaf, tuple) else leaf for name, leaf in leaves.items()}
        upstream = out if isinstance(out, np.ndarray) else draw_upstream(rng, out, by_hand=by_hand)
        if loud:
            upstream = np.where(rng.random(upstream.shape) < 0.2, LOUD * upstream, upstream)
        return program([one], values, upstream, *traits, constants=[name for name in values if name == "k"])

    return cases


def draw_upstream(rng: np.random.Generator, shape: tuple[int, ...], *, by_hand: bool) -> Array:
    """The gradient that backward starts from."""
    return whole(rng, *shape) if by_hand else np.asarray(rng.standard_normal(shape))


def drawn_shape(rng: np.random.Generator, axes: int, most: int = 6) -> tuple[int, ...]:
    """A shape of so many axes, no two of the same size."""
    return tuple((2 + rng.permutation(most)[:axes]).tolist())


def elementwise(operation: str, *arguments: Any) -> list[Spec | Drawn]:
    """A function of one Tensor, element by element; the last case is as large as a layer's output."""

    def of(shape: tuple[int, ...], *traits: str) -> Spec:
        return (step(operation, "$x", *arguments), {"x": shape}, shape, *traits)

    drawn: list[Drawn] = [
        lambda rng: of(drawn_shape(rng, 2)),
        lambda rng: of(drawn_shape(rng, 3)),
        lambda rng: of((drawn_size(rng, 8, 64), drawn_size(rng, 8, 100))),
    ]
    return [of(()), of((3,)), of((2, 3)), *drawn]


def _broadcast(rng: np.random.Generator) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
    """Two shapes that broadcast to a third."""
    out = drawn_shape(rng, 3)
    a, b = (tuple(1 if rng.random() < 0.4 else size for size in out)[int(rng.integers(0, 3)) :] for _ in range(2))
    return a, b, np.broadcast_shapes(a, b)


def binary(operation: str) -> list[Spec | Drawn]:
    """An operator between two: equal shapes, numbers and arrays on either side, then broadcasting."""

    def both(a: tuple[int, ...], b: tuple[int, ...], out: tuple[int, ...], *traits: str) -> Spec:
        return (step(operation, "$a", "$b"), {"a": a, "b": b}, out or np.broadcast_shapes(a, b), *traits)

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
        (step(operation, ROW, "$a"), {"a": (2, 1)}, (2, 2), "an array of fewer axes on the left"),
        (step(operation, "$a", COLUMN), {"a": (3,)}, (2, 3), "an array of more axes on the right"),
        both((4, 1, 3), (2, 1), (4, 2, 3), "three axes"),
        both((5,), (3, 1, 5), (3, 1, 5), "three axes"),
        lambda rng: both(*_broadcast(rng)),
        lambda rng: both(*_broadcast(rng)),
        lambda rng: both((drawn_size(rng, 8, 64), size := drawn_size(rng, 8, 100)), (size,), ()),
    ]
