"""Functions of one Tensor, element by element, and log_softmax: cases, and what people get wrong."""

from __future__ import annotations

import numpy as np

from dlf_grader.instruments_old.layer import Array
from dlf_grader.milestones.m5.cases import elementwise, of
from dlf_grader.milestones.m5.programs import matches, step
from dlf_grader.milestones.m5.slips import UPSTREAM_IGNORED, slip, value_slip

FAR = np.array([-1000.0, 0.0, 1000.0])

exp = matches(
    of(*elementwise("exp"), spread=4.0),
    slip("slope-forgotten", lambda g, y, x: (g,), "the slope were 1: it is exp(x), the result itself."),
    slip("input-for-output", lambda g, y, x: (g * x,), "dL_dy were multiplied by x: the slope is exp(x)."),
    slip(
        "power-rule", lambda g, y, x: (g * x * np.exp(x - 1),), "exp were taken for a power of x: its slope is exp(x)."
    ),
    UPSTREAM_IGNORED,
)

log = matches(
    of(*elementwise("log"), positive=True),
    value_slip("another-base", np.log10, "the logarithm had the base 10: np.log is the natural one."),
    value_slip("base-two", np.log2, "the logarithm had the base 2: np.log is the natural one."),
    slip("multiplied", lambda g, y, x: (g * x,), "dL_dy were multiplied by x: the slope of log x is 1 / x."),
    slip("divided-by-output", lambda g, y, x: (g / y,), "dL_dy were divided by log x: divide by x."),
    UPSTREAM_IGNORED,
)

tanh = matches(
    of(*elementwise("tanh"), (step("tanh", "$x"), {"x": FAR}, (3,), "numbers far from 0"), spread=4.0),
    slip("input-for-output", lambda g, y, x: (g * (1 - x**2),), "x stood where y belongs: the slope is 1 - y²."),
    slip("not-squared", lambda g, y, x: (g * (1 - y),), "y were not squared: the slope is 1 - y²."),
    slip("as-sigmoid", lambda g, y, x: (g * y * (1 - y),), "tanh had the slope of sigmoid: 1 - y² is its own."),
    UPSTREAM_IGNORED,
)


def _overflowing(x: Array) -> Array:
    e = np.exp(x)
    y: Array = e / (1 + e)
    return y


sigmoid = matches(
    of(*elementwise("sigmoid"), (step("sigmoid", "$x"), {"x": FAR}, (3,), "numbers far from 0"), spread=4.0),
    value_slip(
        "overflow", _overflowing, "exp of a large number overflowed: take exp(-|x|) and choose the form by sign."
    ),
    slip("input-for-output", lambda g, y, x: (g * x * (1 - x),), "x stood where y belongs: the slope is y (1 - y)."),
    slip("half-a-slope", lambda g, y, x: (g * y,), "the factor 1 - y were missing: the slope is y (1 - y)."),
    slip("other-half", lambda g, y, x: (g * (1 - y),), "the factor y were missing: the slope is y (1 - y)."),
    slip("as-tanh", lambda g, y, x: (g * (1 - y**2),), "sigmoid had the slope of tanh: y (1 - y) is its own."),
    UPSTREAM_IGNORED,
)

AT_ZERO = np.array([-2.0, 0.0, 3.0])
relu = matches(
    of(
        (step("relu", "$x"), {"x": np.array([-2.0, 3.0])}, (2,)),
        (step("relu", "$x"), {"x": AT_ZERO}, (3,), "an exact 0"),
        *elementwise("relu"),
    ),
    value_slip("absolute", np.abs, "negative numbers were turned positive: ReLU makes them 0."),
    slip("mask-forgotten", lambda g, y, x: (g,), "the gradient passed where x is negative: there y does not move."),
    slip("open-at-zero", lambda g, y, x: (g * (x >= 0),), "the gradient at 0 were 1: it is 0 by convention, so x > 0."),
    slip("half-at-zero", lambda g, y, x: (g * (np.sign(x) + 1) / 2,), "the gradient at 0 were a half: here it is 0."),
    slip("masked-value", lambda g, y, x: (g * y,), "dL_dy were multiplied by y: the slope above 0 is 1."),
    UPSTREAM_IGNORED,
)


def _plain(x: Array, axis: int = -1) -> Array:
    e = np.exp(x)
    y: Array = np.log(e / e.sum(axis=axis, keepdims=True))
    return y


def _one_maximum(x: Array, axis: int = -1) -> Array:
    shifted = x - x.max()
    y: Array = shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))
    return y


def _stable(x: Array, axis: int) -> Array:
    shifted = x - x.max(axis=axis, keepdims=True)
    y: Array = shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))
    return y


def _softmax(x: Array, axis: int = -1) -> Array:
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    y: Array = e / e.sum(axis=axis, keepdims=True)
    return y


APART = np.array([[0.0, 0.0], [-2000.0, -2001.0]])
log_softmax = matches(
    of(
        (step("log_softmax", "$x"), {"x": np.array([0.0, 0.0])}, (2,)),
        (step("log_softmax", "$x"), {"x": np.array([3.0, 1.0, 2.0])}, (3,)),
        (step("log_softmax", "$x"), {"x": np.array([1000.0, 0.0, -1000.0])}, (3,), "scores far apart"),
        (step("log_softmax", "$x"), {"x": np.array([[3.0, 1.0], [0.0, -2.0]])}, (2, 2), "two rows"),
        (step("log_softmax", "$x"), {"x": APART}, (2, 2), "rows far apart"),
        (step("log_softmax", "$x", axis=0), {"x": np.array([[3.0, 1.0], [0.0, -2.0]])}, (2, 2), "another axis"),
        (step("log_softmax", "$x", axis=1), {"x": np.array([[3.0, 1.0, 2.0], [0.0, -2.0, 1.0]])}, (2, 3)),
        (step("log_softmax", "$x", axis=1), {"x": np.arange(24.0).reshape(2, 4, 3) % 5}, (2, 4, 3), "three axes"),
        (step("log_softmax", "$x"), {"x": (4, 1, 3)}, (4, 1, 3)),
        (step("log_softmax", "$x", axis=-2), {"x": (3, 4, 2)}, (3, 4, 2)),
    ),
    value_slip("softmax", _softmax, "the logarithm were missing: this is the softmax."),
    value_slip("one-maximum", _one_maximum, "one maximum served the whole array: each row needs its own."),
    value_slip("overflow", _plain, "exp overflowed, or its sum became 0: subtract each row's largest score first."),
    value_slip("wrong-axis", lambda x, axis=-1: _stable(x, 0), "the axis were always 0: use `axis`."),
    value_slip("last-axis", lambda x, axis=-1: _stable(x, -1), "the axis were always the last: use `axis`."),
    slip(
        "row-not-summed",
        lambda g, y, x, axis=-1: (g - np.exp(y) * g,),
        "each score felt its own result only: through the sum it acts on its whole row, so dL_dy is summed there.",
    ),
    slip(
        "sum-left-out",
        lambda g, y, x, axis=-1: (g - np.exp(y),),
        "p were subtracted as it is: it is multiplied by the sum of dL_dy along the axis.",
    ),
    slip(
        "summed-over-all",
        lambda g, y, x, axis=-1: (g - np.exp(y) * g.sum(),),
        "dL_dy were summed over the whole array: each row's sum is its own.",
    ),
    slip(
        "max-only",
        lambda g, y, x, axis=-1: (g,),
        "dL_dy were passed on as it is: the sum in the logarithm has a slope.",
    ),
    UPSTREAM_IGNORED,
)
