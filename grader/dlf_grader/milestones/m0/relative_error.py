"""relative_error: its cases, and the mistakes people make."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from dlf_grader.context import Context
from dlf_grader.instruments_old.layer import Answer, Array, Case
from dlf_grader.milestones.m0.drawing import shown
from dlf_grader.milestones.m0.mistakes import inputs, mistake
from dlf_grader.milestones.m0.trying import tried
from dlf_grader.model import Measurements
from dlf_grader.sandbox.proxy import Submission

FLOOR = 1e-8

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


def _cases(ctx: Context) -> Iterator[Case]:
    """Smallest first: one pair of numbers, then what is special about pairs, then every kind of shape."""
    for a, b, trait in SMALL:
        left, right = np.array(a, dtype=float), np.array(b, dtype=float)
        label = f"a = {a}, b = {b}" if min(map(abs, a)) < FLOOR else shown(a=left, b=right)
        yield Case(label, (left, right), traits=frozenset({trait} - {""}))
    for number, shape in enumerate(SHAPES, start=len(SMALL) + 1):
        rng = ctx.rng(number)
        left = rng.standard_normal(shape)
        yield Case(
            f"a and b of shape {shape}",
            (left, left + 0.1 * rng.standard_normal(shape)),
            traits=frozenset([f"{len(shape)} axes"] if len(shape) > 1 else []),
        )


def _error(a: Array, b: Array) -> Array:
    error: Array = np.abs(a - b) / np.maximum(FLOOR, np.abs(a) + np.abs(b))
    return error


MISTAKES = (
    mistake(
        "absolute",
        "error",
        inputs(lambda a, b: np.abs(a - b).max()),
        "the difference were not divided: divide it by |a| + |b|, so that the size of the numbers does not matter.",
    ),
    mistake(
        "no-absolute-difference",
        "error",
        inputs(lambda a, b: ((a - b) / np.maximum(FLOOR, np.abs(a) + np.abs(b))).max()),
        "the difference kept its sign: a negative one is an error too, so take |a − b|.",
    ),
    mistake(
        "no-absolute-values",
        "error",
        inputs(lambda a, b: (np.abs(a - b) / np.maximum(FLOOR, a + b)).max()),
        "a + b stood below instead of |a| + |b|: with opposite signs that is zero, or negative.",
    ),
    mistake(
        "divided-by-the-larger",
        "error",
        inputs(lambda a, b: (np.abs(a - b) / np.maximum(FLOOR, np.maximum(np.abs(a), np.abs(b)))).max()),
        "the difference were divided by the larger of the two: here it is divided by their sum, |a| + |b|.",
    ),
    mistake(
        "divided-by-one",
        "error",
        inputs(lambda a, b: (np.abs(a - b) / np.maximum(FLOOR, np.abs(b))).max()),
        "the difference were divided by |b| alone: here it is divided by the sum, |a| + |b|.",
    ),
    mistake(
        "not-reduced",
        "error",
        inputs(_error),
        "an error for each element were returned: the answer is one number, the largest of them.",
    ),
    mistake(
        "mean",
        "error",
        inputs(lambda a, b: _error(a, b).mean()),
        "the mean were taken: one wrong element among many would hide in it, so take the maximum.",
    ),
    mistake(
        "maximum-too-early",
        "error",
        inputs(lambda a, b: np.abs(a - b).max() / np.maximum(FLOOR, np.abs(a) + np.abs(b)).max()),
        "the maximum were taken above and below before dividing: divide element by element, then take the maximum.",
    ),
    mistake(
        "norms",
        "error",
        inputs(lambda a, b: np.linalg.norm(a - b) / np.maximum(FLOOR, np.linalg.norm(a) + np.linalg.norm(b))),
        "norms of whole arrays were compared: one wrong element hides there, so divide element by element.",
    ),
    mistake(
        "no-floor",
        "error",
        inputs(lambda a, b: (np.abs(a - b) / (np.abs(a) + np.abs(b))).max()),
        "zero were divided by zero, or by nearly that: what stands below is at least 1e-8.",
    ),
    mistake(
        "floor-added",
        "error",
        inputs(lambda a, b: (np.abs(a - b) / (FLOOR + np.abs(a) + np.abs(b))).max()),
        "1e-8 were added below: take the larger of 1e-8 and |a| + |b| instead.",
    ),
)


def check(submission: Submission, ctx: Context) -> Measurements:
    """The formula's numbers, on arrays of every shape."""
    numbered = [pair for pair in enumerate(_cases(ctx), start=1) if ctx.only_case in (None, pair[0])]

    def yours(case: Case) -> Answer:
        return {"error": submission.call("relative_error", *case.inputs)}

    def expected(case: Case) -> Answer:
        return {"error": _error(*case.inputs).max()}

    trials, worst = tried(numbered, yours, expected, "error", mistakes=MISTAKES)
    return {"cases": len(trials), "max rel err": worst}
