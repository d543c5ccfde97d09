"""Sum, mean and max along axes: cases, and what people get wrong."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from dlf_grader.context import Context
from dlf_grader.failures import CheckFailure
from dlf_grader.instruments_old.layer import Array
from dlf_grader.milestones.m5.cases import of
from dlf_grader.milestones.m5.programs import Running, matches, program, step
from dlf_grader.milestones.m5.slips import UPSTREAM_IGNORED, slip, value_slip
from dlf_grader.model import Counterexample, Diagnosis, Measurements
from dlf_grader.sandbox.proxy import Submission, describe_value

Spec = tuple[Any, ...]


def _along(operation: str, *, several: bool) -> list[Spec]:
    def one(shape: tuple[int, ...], out: tuple[int, ...], *traits: str, **keywords: Any) -> Spec:
        return (step(operation, "$x", **keywords), {"x": shape}, out, *traits)

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
    ]


def spread(g: Array, shape: tuple[int, ...], axis: Any, keepdims: bool) -> Array:
    """A reduced gradient in the shape from before."""
    return np.broadcast_to(g if keepdims or axis is None else np.expand_dims(g, axis), shape)


def _share(x: Array, axis: Any) -> float:
    axes = range(x.ndim) if axis is None else np.atleast_1d(axis).tolist()
    count: int = math.prod(x.shape[a] for a in axes)
    return 1 / count


def misfit(id: str, text: str) -> Diagnosis:
    """What to say where the shape of a gradient cannot be right."""
    return Diagnosis(id, "It looks as if " + text)


sum_ = matches(
    of(*_along("sum", several=True)),
    value_slip("axis-ignored", lambda x, axis=None, keepdims=False: x.sum(keepdims=keepdims), "axis were ignored."),
    value_slip("keepdims-ignored", lambda x, axis=None, keepdims=False: x.sum(axis=axis), "keepdims were ignored."),
    value_slip("averaged", lambda x, axis=None, keepdims=False: x.mean(axis, keepdims=keepdims), "this were the mean."),
    slip(
        "sum-shared-out",
        lambda g, y, x, axis=None, keepdims=False: (spread(g, x.shape, axis, keepdims) * _share(x, axis),),
        "the gradient were shared out: each element counts in full, so each gets all of it.",
    ),
    slip(
        "sum-weighted",
        lambda g, y, x, axis=None, keepdims=False: (spread(g, x.shape, axis, keepdims) * x,),
        "dL_dy were multiplied by x: every element's slope is 1.",
    ),
    slip(
        "spread-along-other-axis",
        lambda g, y, x, axis=None, keepdims=False: (np.broadcast_to(g, x.shape),),
        "the gradient were spread along the wrong axis: put the summed axis back first, with size 1.",
    ),
    UPSTREAM_IGNORED,
    misfit=misfit(
        "sum-not-spread", "the gradient kept the result's shape: put the summed axis back, and repeat along it."
    ),
)

mean = matches(
    of(*_along("mean", several=True)),
    value_slip(
        "mean-as-sum", lambda x, axis=None, keepdims=False: x.sum(axis, keepdims=keepdims), "this were the sum."
    ),
    slip(
        "mean-gradient-as-sum",
        lambda g, y, x, axis=None, keepdims=False: (spread(g, x.shape, axis, keepdims),),
        "the gradient were that of a sum: of n elements each moves the mean by 1 / n only.",
    ),
    slip(
        "mean-over-all",
        lambda g, y, x, axis=None, keepdims=False: (spread(g, x.shape, axis, keepdims) / x.size,),
        "the gradient were divided by the number of all elements: count those that went into one result.",
    ),
    slip(
        "mean-over-results",
        lambda g, y, x, axis=None, keepdims=False: (spread(g, x.shape, axis, keepdims) / y.size,),
        "the gradient were divided by the number of results: count the elements that went into one of them.",
    ),
    UPSTREAM_IGNORED,
    misfit=misfit("mean-not-spread", "the gradient kept the result's shape: put the averaged axis back, and repeat."),
)


_max = matches(
    of(*_along("max", several=False)),
    value_slip("minimum", lambda x, axis=None, keepdims=False: x.min(axis, keepdims=keepdims), "the smallest won."),
    value_slip("position", lambda x, axis=None, keepdims=False: x.argmax(axis), "the position were returned."),
    slip(
        "max-to-everyone",
        lambda g, y, x, axis=None, keepdims=False: (spread(g, x.shape, axis, keepdims),),
        "every element got the gradient: only the largest moves the result, the others get 0.",
    ),
    slip(
        "max-overall-only",
        lambda g, y, x, axis=None, keepdims=False: (spread(g, x.shape, axis, keepdims) * (x == x.max()),),
        "only the largest of all elements got a gradient: every row along the axis has its own winner.",
    ),
    UPSTREAM_IGNORED,
    misfit=misfit(
        "max-not-spread", "the gradient kept the result's shape: put the axis back before it meets the winners."
    ),
)


def max_(submission: Submission, ctx: Context) -> Measurements | None:
    """PyTorch's value and gradient; where several are largest, shares that add up to the upstream gradient."""
    measured = _max(submission, ctx)
    if ctx.only_case is not None:
        return measured
    x = np.array([[2.0, 2.0, 1.0], [3.0, 3.0, 3.0]])
    case = program([step("max", "$x", axis=1)], {"x": x}, np.array([6.0, 12.0]), "ties")
    got = Running(submission, case).gradients()["dL_dx"]
    at = Counterexample(case.label + f", x = {x.astype(int).tolist()}", 0, "dL_dx")
    if not isinstance(got, np.ndarray) or got.shape != x.shape:
        raise CheckFailure(f"dL_dx: expected an array of x's shape {x.shape}, got {describe_value(got)}", at)
    won, g = x == x.max(axis=1, keepdims=True), np.array([[6.0], [12.0]])
    if np.allclose(got, won * g):
        text = (
            "It looks as if every winner of a tie got the whole gradient: together they get it once, so share it out."
        )
        raise CheckFailure("a tie multiplies the gradient", at, (Diagnosis("tie-to-all", text),))
    if np.any(got[~won]) or np.any(got < 0) or not np.allclose(got.sum(axis=1, keepdims=True), g):
        raise CheckFailure("where several are largest, their shares should add up to the upstream gradient", at)
    return measured
