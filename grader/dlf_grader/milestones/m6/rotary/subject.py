"""Rotary positions as subjects: quarter turns first, then drawn sizes; complex numbers are the oracle."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from dlf_grader.context import Context
from dlf_grader.failures import CheckFailure
from dlf_grader.instruments.case import Array, Case, RngFor, small_whole, traits
from dlf_grader.instruments.compare import as_array, compare
from dlf_grader.instruments.mistakes.mistake import Mistaken, mistake, of_case, of_right
from dlf_grader.instruments.subjects.function import Function
from dlf_grader.model import Measurements
from dlf_grader.report import Counterexample
from dlf_grader.sandbox.proxy import Submission

ORACLE = "dlf_reference.oracles.m6"
BASE = 10000.0


def _angle_cases(rng_for: RngFor) -> Iterator[Case]:
    """One position, then positions, pairs, other bases, sizes as in use."""
    drawn = rng_for(9).integers((30, 10), (200, 40))
    rows: tuple[tuple[int, int, float | None], ...] = (
        *((1, 2, None), (3, 2, None), (2, 4, None), (4, 4, 100.0), (5, 6, 8.0), (7, 8, None)),
        (int(drawn[0]), 2 * int(drawn[1]), None),
        (int(drawn[1]), 6, float(rng_for(9).uniform(500, 500_000))),
    )
    for length, dim, base in rows:
        holds = {"more than one pair": dim > 2, "another base": base is not None}
        words = f"length={length} dim={dim}" + ("" if base is None else f" base={base:g}")
        given = {"length": length, "dim": dim} | ({} if base is None else {"base": base})
        yield Case(words, (), given, traits=traits(holds))


def _table(speed: Callable[[Array, int, float], Array], first: int = 0) -> Mistaken:
    """Angles with another speed of pair i, or another first position."""

    def angles(case: Case) -> Array:
        dim, base = case.init["dim"], case.init.get("base", BASE)
        found: Array = np.arange(first, first + case.init["length"])[:, None] * speed(np.arange(dim // 2), dim, base)
        return found

    return of_case(angles)


ANGLES = Function(
    name="rotary_angles",
    oracle=f"{ORACLE}:rotary_angles",
    cases=_angle_cases,
    results=("angles",),
    mistakes=(
        mistake(
            "exponent-halved",
            "angles",
            _table(lambda i, dim, base: base ** (-i / dim)),
            "The exponent is −i / dim: pair i has features 2i and 2i + 1, so the exponent is −2i / dim.",
        ),
        mistake(
            "exponent-doubled",
            "angles",
            _table(lambda i, dim, base: base ** (-4 * i / dim)),
            "The exponent is −4i / dim, doubled twice: arange(0, dim, 2) is 2i already.",
        ),
        mistake(
            "speeds-rise",
            "angles",
            _table(lambda i, dim, base: base ** (2 * i / dim)),
            "The speeds rise from pair to pair: the exponent is negative.",
        ),
        mistake(
            "positions-from-one",
            "angles",
            _table(lambda i, dim, base: base ** (-2 * i / dim), first=1),
            "Positions are counted from 1: the first position is 0, and does not turn.",
        ),
        mistake(
            "exponent-ends-at-one",
            "angles",
            _table(lambda i, dim, base: base ** (-2 * i / max(dim - 2, 1))),
            "The exponent is −2i / (dim − 2), so the last pair's is −1: divide by dim.",
        ),
        mistake(
            "an-angle-for-each-feature",
            "angles",
            (
                of_right(lambda angles, case: np.repeat(angles, 2, axis=1)),
                of_right(lambda angles, case: np.concatenate([angles, angles], axis=1)),
            ),
            "Each pair has its angle twice, once for each feature: (T, dim / 2) has one for each pair.",
        ),
        mistake(
            "base-ignored",
            "angles",
            _table(lambda i, dim, base: BASE ** (-2 * i / dim)),
            "base is not used: take the argument instead of 10000.",
        ),
    ),
)

# -- the turn -------------------------------------------------------------------------------------


def _turn_cases(rng_for: RngFor) -> Iterator[Case]:
    """A quarter turn, then pairs, positions, other axes, turns of any size, sizes as in use."""
    n, h, t, pairs = (int(size) for size in rng_for(9).integers((1, 2, 10, 4), (4, 5, 60, 33)))
    shapes = ((1, 2), (1, 4), (2, 4), (2, 3, 2), (3, 6), (2, 3, 4, 8), (n, h, t, 2 * pairs))
    for number, shape in enumerate(shapes, start=1):
        rng, by_hand = rng_for(number), number <= 3
        turns = (
            rng.integers(1, 4, (shape[-2], shape[-1] // 2))
            if by_hand
            else rng.normal(0, 9, (shape[-2], shape[-1] // 2))
        )
        x = small_whole(rng, *shape) if by_hand else rng.standard_normal(shape)
        holds = {
            "more than one pair": shape[-1] > 2,
            "more than one position": shape[-2] > 1,
            "more axes": len(shape) > 2,
        }
        words = f"x of shape {shape}" + (f", quarter turns {turns.tolist()}" if by_hand else "")
        yield Case(words, (x, turns * (np.pi / 2) if by_hand else turns), traits=traits(holds))


def turned(x: Array, angles: Array, *, halves: bool = False, sign: float = 1.0, cos: Any = np.cos) -> Array:
    """The rotation, or one of its variants: other pairs, the other way round."""
    half = x.shape[-1] // 2
    first, second = (slice(half), slice(half, None)) if halves else (slice(0, None, 2), slice(1, None, 2))
    a, b, y = x[..., first], x[..., second], np.empty_like(x)
    y[..., first] = a * cos(angles) - sign * b * np.sin(angles)
    y[..., second] = sign * a * np.sin(angles) + b * cos(angles)
    return y


def _of_pair(function: Callable[[Array, Array], Array]) -> Mistaken:
    return of_case(lambda case: function(*case.inputs))


def _overwritten(x: Array, angles: Array) -> Array:
    """The second coordinate made of the first that is already turned."""
    y = turned(x, angles)
    y[..., 1::2] = y[..., 0::2] * np.sin(angles) + x[..., 1::2] * np.cos(angles)
    return y


def _side_by_side(x: Array, angles: Array) -> Array:
    y = turned(x, angles)
    return np.concatenate([y[..., 0::2], y[..., 1::2]], axis=-1)


def _reflected(x: Array, angles: Array) -> Array:
    y = turned(x, angles)
    y[..., 1::2] = x[..., 0::2] * np.sin(angles) - x[..., 1::2] * np.cos(angles)
    return y


def _tiled(x: Array, angles: Array) -> Array:
    """Neighbours turned by the angles of halves: cos and sin side by side, where each is needed twice."""
    y, wide = np.empty_like(x), np.concatenate([angles, angles], axis=-1)
    y[..., 0::2], y[..., 1::2] = -x[..., 1::2], x[..., 0::2]
    found: Array = x * np.cos(wide) + y * np.sin(wide)
    return found


HALVES = "Pairs are features i and i + dim / 2: pair neighbours, 2i and 2i + 1, as x[..., 0::2] and x[..., 1::2]."
TURNS = (
    mistake("halves-paired", "y", _of_pair(partial(turned, halves=True)), HALVES),
    mistake(
        "turned-backwards",
        "y",
        _of_pair(partial(turned, sign=-1.0)),
        "The pairs turn the other way: (a, b) becomes (a cos − b sin, a sin + b cos).",
    ),
    mistake(
        "angles-tiled",
        "y",
        _of_pair(_tiled),
        "The features of a pair get angles of other pairs: neighbours need each angle twice, np.repeat, not np.tile.",
    ),
    mistake(
        "overwritten-early",
        "y",
        _of_pair(_overwritten),
        "The second coordinate is made of the first one's new value: keep both old values until both are used.",
    ),
    mistake(
        "pairs-not-interleaved",
        "y",
        _of_pair(_side_by_side),
        "All first coordinates come first, then all second ones: write them back to 2i and 2i + 1.",
    ),
    mistake(
        "reflected",
        "y",
        _of_pair(_reflected),
        "b cos has the wrong sign: (a, b) becomes (a cos − b sin, a sin + b cos).",
    ),
)
BACKS = (
    mistake(
        "forward-again",
        "dL_dx",
        _of_pair(turned),
        "The gradient is turned the same way as x: turn it back, by −angles.",
    ),
    mistake(
        "negated-for-turned-back",
        "dL_dx",
        _of_pair(lambda x, angles: -turned(x, angles)),
        "The gradient is negated and turned the same way as x: turn it by −angles, and leave its sign.",
    ),
    mistake("halves-paired-back", "dL_dx", _of_pair(partial(turned, halves=True, sign=-1.0)), HALVES),
)

ROTATE = Function(
    name="rotate",
    oracle=f"{ORACLE}:rotated",
    cases=_turn_cases,
    arguments=("x", "angles"),
    in_float64=("angles",),
    results=("y",),
    mistakes=TURNS,
)
BACK = Function(
    name="rotate_backward",
    oracle=f"{ORACLE}:rotated_back",
    cases=_turn_cases,
    arguments=("dL_dy", "angles"),
    in_float64=("angles",),
    results=("dL_dx",),
    mistakes=BACKS,
)

# -- what holds for every rotation ----------------------------------------------------------------


def distance(submission: Submission, ctx: Context) -> Measurements:
    """A query and a key, each at every place: the product is the same wherever their distance is."""
    rng = ctx.rng(1)
    length, dim = int(rng.integers(12, 40)), 2 * int(rng.integers(2, 9))
    q, k = rng.standard_normal((2, dim))
    angles = submission.call("rotary_angles", length, dim)
    everywhere = (np.tile(vector, (length, 1)) for vector in (q, k))
    turned_q, turned_k = (as_array(submission.call("rotate", x, angles)) for x in everywhere)
    if turned_q is None or turned_k is None:
        raise CheckFailure("rotate: expected an array")
    scores = turned_q @ turned_k.T
    for apart in range(length):
        along = np.diagonal(scores, -apart)
        if (found := compare("score", along, np.full_like(along, along[0]), 1e-6)) is not None:
            at = Counterexample(
                f"query {apart} places after the key", 0, "score", found.index, found.yours, found.expected
            )
            raise CheckFailure("the same query and key at the same distance give another score elsewhere", at)
    lengths = np.linalg.norm(turned_q, axis=-1)
    if compare("length", lengths, np.full(length, np.linalg.norm(q)), 1e-6) is not None:
        raise CheckFailure("rotate changes the length of a vector", Counterexample(f"dim={dim}", 0, "length"))
    return {"distances": length}
