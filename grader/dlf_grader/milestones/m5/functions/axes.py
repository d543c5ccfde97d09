"""Sum, mean and max along axes: cases, and what people get wrong."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from dlf_grader.context import Context
from dlf_grader.failures import CheckFailure
from dlf_grader.instruments.case import Array, drawn_size
from dlf_grader.instruments.judge import judge
from dlf_grader.instruments.mistakes.mistake import mistake
from dlf_grader.instruments.subjects.program import Program, Recording, program, step
from dlf_grader.milestones.m5.local_rules import GRADIENTS, UPSTREAM_IGNORED, of_backward, of_forward
from dlf_grader.milestones.m5.operations import Drawn, Spec, drawn_shape, one_operation
from dlf_grader.model import Measurements
from dlf_grader.report import Counterexample, Diagnosis
from dlf_grader.sandbox.proxy import Submission, describe_value


def _along(operation: str, *, several: bool) -> list[Spec | Drawn]:
    def one(shape: tuple[int, ...], out: tuple[int, ...], *traits: str, **keywords: Any) -> Spec:
        return (step(operation, "$x", **keywords), {"x": shape}, out, *traits)

    def drawn(rng: np.random.Generator, shape: tuple[int, ...], *, keepdims: bool) -> Spec:
        axis = int(rng.integers(-len(shape), len(shape)))
        return one(shape, np.ones(shape).sum(axis=axis, keepdims=keepdims).shape, axis=axis, keepdims=keepdims)

    more = [
        one((2, 3, 4), (3,), "several axes", axis=(0, 2)),
        one((2, 3, 4), (1, 3, 1), axis=(0, -1), keepdims=True),
    ]
    return [
        one((2,), ()),
        one((2, 2), (2,), "an axis", axis=1),
        one((2, 2), (2,), axis=0),
        one((2, 2), ()),
        one((2, 2), (2, 1), "keepdims", axis=1, keepdims=True),
        one((2, 3), (3,), "a height that is not the width", axis=0),
        one((2, 3), (2,), "a negative axis", axis=-1),
        one((2, 3), (1, 1), keepdims=True),
        one((2, 3, 4), (2, 4), "three axes", axis=1),
        *(more if several else []),
        lambda rng: drawn(rng, drawn_shape(rng, 3), keepdims=False),
        lambda rng: drawn(rng, drawn_shape(rng, 4, 4), keepdims=True),
        lambda rng: drawn(rng, (drawn_size(rng, 8, 64), drawn_size(rng, 8, 100)), keepdims=False),
    ]


def _spread(g: Array, shape: tuple[int, ...], axis: Any, keepdims: bool) -> Array:
    """A reduced gradient in the shape from before."""
    return np.broadcast_to(g if keepdims or axis is None else np.expand_dims(g, axis), shape)


def _count(x: Array, axis: Any) -> int:
    """How many elements one result is reduced from."""
    return math.prod(x.shape[a] for a in (range(x.ndim) if axis is None else np.atleast_1d(axis).tolist()))


SUM = Program(
    cases=one_operation(*_along("sum", several=True)),
    mistakes=(
        mistake(
            "axis-ignored",
            "y",
            of_forward(lambda x, axis=None, keepdims=False: x.sum(keepdims=keepdims)),
            "`axis` is ignored: sum along that axis only.",
        ),
        mistake(
            "keepdims-ignored",
            "y",
            of_forward(lambda x, axis=None, keepdims=False: x.sum(axis=axis)),
            "`keepdims` is ignored: pass it on to NumPy's sum.",
        ),
        mistake(
            "averaged",
            "y",
            of_forward(lambda x, axis=None, keepdims=False: x.mean(axis, keepdims=keepdims)),
            "This is the mean: do not divide.",
        ),
        mistake(
            "sum-shared-out",
            GRADIENTS,
            of_backward(
                lambda g, y, x, axis=None, keepdims=False: (_spread(g, x.shape, axis, keepdims) / _count(x, axis),)
            ),
            "The gradient is divided among the elements: each element counts in full, so each gets all of it.",
        ),
        mistake(
            "sum-weighted",
            GRADIENTS,
            of_backward(lambda g, y, x, axis=None, keepdims=False: (_spread(g, x.shape, axis, keepdims) * x,)),
            "dL_dy is multiplied by x: the derivative by every element is 1.",
        ),
        mistake(
            "upstream-summed",
            GRADIENTS,
            of_backward(lambda g, y, x, axis=None, keepdims=False: (np.full(x.shape, g.sum()),)),
            "dL_dy is summed first: each element gets the gradient of its own result.",
        ),
        mistake(
            "spread-along-other-axis",
            GRADIENTS,
            of_backward(lambda g, y, x, axis=None, keepdims=False: (np.broadcast_to(g, x.shape),)),
            "The gradient is repeated along the wrong axis: insert the summed axis first, with size 1.",
        ),
        UPSTREAM_IGNORED,
    ),
    errors_know=(
        Diagnosis(
            "sum-not-spread", "The gradient has the result's shape: insert the summed axis, and repeat along it."
        ),
    ),
)

MEAN = Program(
    cases=one_operation(*_along("mean", several=True)),
    mistakes=(
        mistake(
            "mean-as-sum",
            "y",
            of_forward(lambda x, axis=None, keepdims=False: x.sum(axis, keepdims=keepdims)),
            "This is the sum: divide it by the number of summed elements.",
        ),
        mistake(
            "mean-gradient-as-sum",
            GRADIENTS,
            of_backward(lambda g, y, x, axis=None, keepdims=False: (_spread(g, x.shape, axis, keepdims),)),
            "This is the gradient of a sum: divide it by the number of elements in one mean.",
        ),
        mistake(
            "mean-over-all",
            GRADIENTS,
            of_backward(lambda g, y, x, axis=None, keepdims=False: (_spread(g, x.shape, axis, keepdims) / x.size,)),
            "The gradient is divided by the number of all elements: divide by the number of elements in one mean.",
        ),
        mistake(
            "mean-over-one-axis",
            GRADIENTS,
            tuple(
                of_backward(
                    lambda g, y, x, axis=None, keepdims=False, a=a: (_spread(g, x.shape, axis, keepdims) / x.shape[a],)
                )
                for a in (0, -1)
            ),
            "The gradient is always divided by the size of one axis: divide by the number of elements in one mean.",
        ),
        mistake(
            "mean-over-results",
            GRADIENTS,
            of_backward(lambda g, y, x, axis=None, keepdims=False: (_spread(g, x.shape, axis, keepdims) / y.size,)),
            "The gradient is divided by the number of results: divide by the number of elements in one mean.",
        ),
        UPSTREAM_IGNORED,
    ),
    errors_know=(
        Diagnosis(
            "mean-not-spread", "The gradient has the result's shape: insert the averaged axis, and repeat along it."
        ),
    ),
)

MAX = Program(
    cases=one_operation(*_along("max", several=False)),
    mistakes=(
        mistake(
            "minimum",
            "y",
            of_forward(lambda x, axis=None, keepdims=False: x.min(axis, keepdims=keepdims)),
            "This is the smallest element: take the largest.",
        ),
        mistake(
            "position",
            "y",
            of_forward(lambda x, axis=None, keepdims=False: x.argmax(axis)),
            "This is the position of the largest element: return its value.",
        ),
        mistake(
            "max-to-everyone",
            GRADIENTS,
            of_backward(lambda g, y, x, axis=None, keepdims=False: (_spread(g, x.shape, axis, keepdims),)),
            "Every element gets the gradient: only the largest changes the result, so the others get 0.",
        ),
        mistake(
            "max-overall-only",
            GRADIENTS,
            (
                of_backward(
                    lambda g, y, x, axis=None, keepdims=False: (_spread(g, x.shape, axis, keepdims) * (x == x.max()),)
                ),
                of_backward(lambda g, y, x, axis=None, keepdims=False: (g.sum() * (x == x.max()),)),
            ),
            "Only the largest of all elements gets a gradient: find the largest of every row along the axis.",
        ),
        UPSTREAM_IGNORED,
    ),
    errors_know=(
        Diagnosis(
            "max-not-spread", "The gradient has the result's shape: insert the axis before you multiply by the mask."
        ),
    ),
)
TIE = Diagnosis(
    "tie-to-all", "Every largest element of a tie gets the whole gradient: divide it among them, 1 / n for each of n."
)
MAX_MISTAKES = (*MAX.errors_know, *MAX.mistakes, TIE)


def max_along(submission: Submission, ctx: Context) -> Measurements:
    """PyTorch's value and gradient; in a tie any shares that add up to the upstream gradient will do."""
    measured = judge(MAX, submission, ctx, ())
    if ctx.only_case is None:
        for axis in (1, 0, None):
            _tie(submission, axis, ctx.rng(100))
    return measured


def _tie(submission: Submission, axis: int | None, rng: np.random.Generator) -> None:
    x = rng.integers(1, 4, (3, 4)).astype(float)
    x[0], x[:, 1] = 3.0, 3.0  # a tie along either axis
    g = np.asarray(rng.integers(2, 9, np.max(x, axis=axis).shape), dtype=float)
    case = program([step("max", "$x", axis=axis)], {"x": x}, g, "ties")
    got = Recording(submission, case).gradients()["dL_dx"]
    at = Counterexample(case.label + f", x = {x.astype(int).tolist()}", 0, "dL_dx")
    if not isinstance(got, np.ndarray) or got.shape != x.shape:
        raise CheckFailure(f"dL_dx: expected an array of x's shape {x.shape}, got {describe_value(got)}", at)
    largest, wide = x == x.max(axis=axis, keepdims=True), g if axis is None else np.expand_dims(g, axis)
    if np.allclose(got, largest * wide):
        raise CheckFailure("a tie multiplies the gradient", at, (TIE,))
    if np.any(got[~largest]) or np.any(got < 0) or not np.allclose(got.sum(axis=axis, keepdims=True), wide):
        raise CheckFailure("if several are largest, their shares should add up to the upstream gradient", at)
