"""Functions of one Tensor, element by element, and log_softmax: cases, and what people get wrong."""

from __future__ import annotations

import numpy as np

from dlf_grader.instruments.case import Array
from dlf_grader.instruments.mistake import mistake
from dlf_grader.instruments.program import Program, step
from dlf_grader.milestones.m5.local_rules import GRADIENTS, UPSTREAM_IGNORED, of_backward, of_forward
from dlf_grader.milestones.m5.operations import Spec, elementwise, one_operation

EXP = Program(
    cases=one_operation(*elementwise("exp"), divisor=4.0),
    mistakes=(
        mistake(
            "slope-forgotten",
            GRADIENTS,
            of_backward(lambda g, y, x: (g,)),
            "dL_dy is passed on unchanged: multiply it by the derivative exp(x), the result itself.",
        ),
        mistake(
            "input-for-output",
            GRADIENTS,
            of_backward(lambda g, y, x: (g * x,)),
            "dL_dy is multiplied by x: the derivative of exp(x) is exp(x).",
        ),
        mistake(
            "power-rule",
            GRADIENTS,
            of_backward(lambda g, y, x: (g * x * np.exp(x - 1),)),
            "exp is differentiated like a power of x: the derivative of exp(x) is exp(x).",
        ),
        UPSTREAM_IGNORED,
    ),
)

LOG = Program(
    cases=one_operation(*elementwise("log"), positive=True),
    mistakes=(
        mistake("another-base", "y", of_forward(np.log10), "The logarithm has base 10: use np.log, the natural one."),
        mistake("base-two", "y", of_forward(np.log2), "The logarithm has base 2: use np.log, the natural one."),
        mistake(
            "multiplied",
            GRADIENTS,
            of_backward(lambda g, y, x: (g * x,)),
            "dL_dy is multiplied by x: the derivative of log x is 1 / x.",
        ),
        mistake(
            "divided-by-output",
            GRADIENTS,
            of_backward(lambda g, y, x: (g / y,)),
            "dL_dy is divided by log x: divide it by x.",
        ),
        UPSTREAM_IGNORED,
    ),
)


def _far(operation: str) -> Spec:
    numbers = np.array([-1000.0, 0.0, 1000.0])
    return (step(operation, "$x"), {"x": numbers}, (3,), "numbers far from 0")


TANH = Program(
    cases=one_operation(*elementwise("tanh"), _far("tanh"), divisor=4.0),
    mistakes=(
        mistake(
            "input-for-output",
            GRADIENTS,
            of_backward(lambda g, y, x: (g * (1 - x**2),)),
            "The derivative is computed from x: it is 1 - y², with the result y.",
        ),
        mistake(
            "not-squared",
            GRADIENTS,
            of_backward(lambda g, y, x: (g * (1 - y),)),
            "y is not squared: the derivative of tanh is 1 - y².",
        ),
        mistake(
            "as-sigmoid",
            GRADIENTS,
            of_backward(lambda g, y, x: (g * y * (1 - y),)),
            "This is the derivative of sigmoid: that of tanh is 1 - y².",
        ),
        UPSTREAM_IGNORED,
    ),
)


def _overflowing(x: Array) -> Array:
    e = np.exp(x)
    y: Array = e / (1 + e)
    return y


SIGMOID = Program(
    cases=one_operation(*elementwise("sigmoid"), _far("sigmoid"), divisor=4.0),
    mistakes=(
        mistake(
            "overflow",
            "y",
            of_forward(_overflowing),
            "exp of a large number overflows: compute exp(-|x|), and choose the formula by the sign of x.",
        ),
        mistake(
            "input-for-output",
            GRADIENTS,
            of_backward(lambda g, y, x: (g * x * (1 - x),)),
            "The derivative is computed from x: it is y (1 - y), with the result y.",
        ),
        mistake(
            "half-a-slope",
            GRADIENTS,
            of_backward(lambda g, y, x: (g * y,)),
            "The factor 1 - y is missing: the derivative of sigmoid is y (1 - y).",
        ),
        mistake(
            "other-half",
            GRADIENTS,
            of_backward(lambda g, y, x: (g * (1 - y),)),
            "The factor y is missing: the derivative of sigmoid is y (1 - y).",
        ),
        mistake(
            "as-tanh",
            GRADIENTS,
            of_backward(lambda g, y, x: (g * (1 - y**2),)),
            "This is the derivative of tanh: that of sigmoid is y (1 - y).",
        ),
        UPSTREAM_IGNORED,
    ),
)

RELU = Program(
    cases=one_operation(
        (step("relu", "$x"), {"x": np.array([-2.0, 3.0])}, (2,)),
        (step("relu", "$x"), {"x": np.array([-2.0, 0.0, 3.0])}, (3,), "an exact 0"),
        *elementwise("relu"),
    ),
    mistakes=(
        mistake("absolute", "y", of_forward(np.abs), "Negative elements become positive: ReLU sets them to 0."),
        mistake(
            "mask-forgotten",
            GRADIENTS,
            of_backward(lambda g, y, x: (g,)),
            "The gradient passes where x is negative: y is constant there, so it is 0.",
        ),
        mistake(
            "open-at-zero",
            GRADIENTS,
            of_backward(lambda g, y, x: (g * (x >= 0),)),
            "The derivative at 0 is taken to be 1: by convention it is 0, so compare x > 0.",
        ),
        mistake(
            "half-at-zero",
            GRADIENTS,
            of_backward(lambda g, y, x: (g * (np.sign(x) + 1) / 2,)),
            "The derivative at 0 is taken to be a half: by convention it is 0, so compare x > 0.",
        ),
        mistake(
            "masked-value",
            GRADIENTS,
            of_backward(lambda g, y, x: (g * y,)),
            "dL_dy is multiplied by y: the derivative is 1 where x is positive.",
        ),
        UPSTREAM_IGNORED,
    ),
)


# -- log_softmax ----------------------------------------------------------------------------------


def _plain(x: Array, axis: int = -1) -> Array:
    e = np.exp(x)
    y: Array = np.log(e / e.sum(axis=axis, keepdims=True))
    return y


def _stable(x: Array, axis: int | None = -1, maximum: int | None = -1) -> Array:
    """log_softmax along `axis`, with the largest score along another taken as the shift; None is over all."""
    shifted = x - x.max(axis=maximum, keepdims=True)
    y: Array = shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))
    return y


def _softmax(x: Array, axis: int = -1) -> Array:
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    y: Array = e / e.sum(axis=axis, keepdims=True)
    return y


TWO_ROWS = np.array([[3.0, 1.0], [0.0, -2.0]])
LOG_SOFTMAX = Program(
    cases=one_operation(
        (step("log_softmax", "$x"), {"x": np.array([0.0, 0.0])}, (2,)),
        (step("log_softmax", "$x"), {"x": np.array([3.0, 1.0, 2.0])}, (3,)),
        (step("log_softmax", "$x"), {"x": np.array([1000.0, 0.0, -1000.0])}, (3,), "scores far apart"),
        (step("log_softmax", "$x"), {"x": TWO_ROWS}, (2, 2), "two rows"),
        (step("log_softmax", "$x"), {"x": np.array([[0.0, 0.0], [-2000.0, -2001.0]])}, (2, 2), "rows far apart"),
        (step("log_softmax", "$x", axis=0), {"x": TWO_ROWS}, (2, 2), "another axis"),
        (step("log_softmax", "$x", axis=1), {"x": np.array([[3.0, 1.0, 2.0], [0.0, -2.0, 1.0]])}, (2, 3)),
        (step("log_softmax", "$x", axis=1), {"x": np.arange(24.0).reshape(2, 4, 3) % 5}, (2, 4, 3), "three axes"),
        (step("log_softmax", "$x"), {"x": (4, 1, 3)}, (4, 1, 3)),
        (step("log_softmax", "$x", axis=-2), {"x": (3, 4, 2)}, (3, 4, 2)),
    ),
    mistakes=(
        mistake("softmax", "y", of_forward(_softmax), "The logarithm is missing: this is the softmax."),
        mistake(
            "one-maximum",
            "y",
            of_forward(lambda x, axis=-1: _stable(x, axis, None)),
            "One maximum is subtracted from the whole array: subtract from each row its own.",
        ),
        mistake(
            "overflow",
            "y",
            of_forward(_plain),
            "exp overflows, or its sum becomes 0: subtract the largest score of each row first.",
        ),
        mistake(
            "wrong-axis", "y", of_forward(lambda x, axis=-1: _stable(x, 0, 0)), "The axis is always 0: use `axis`."
        ),
        mistake(
            "last-axis",
            "y",
            of_forward(lambda x, axis=-1: _stable(x)),
            "The axis is always the last one: use `axis`.",
        ),
        mistake(
            "row-not-summed",
            GRADIENTS,
            of_backward(lambda g, y, x, axis=-1: (g - np.exp(y) * g,)),
            "dL_dy is not summed: every score acts on its whole row, so multiply p by the sum of dL_dy along the axis.",
        ),
        mistake(
            "sum-left-out",
            GRADIENTS,
            of_backward(lambda g, y, x, axis=-1: (g - np.exp(y),)),
            "p is subtracted without a factor: multiply it by the sum of dL_dy along the axis.",
        ),
        mistake(
            "summed-over-all",
            GRADIENTS,
            of_backward(lambda g, y, x, axis=-1: (g - np.exp(y) * g.sum(),)),
            "dL_dy is summed over the whole array: sum it along the axis, each row for itself.",
        ),
        mistake(
            "max-only",
            GRADIENTS,
            of_backward(lambda g, y, x, axis=-1: (g,)),
            "dL_dy is passed on unchanged: subtract the derivative of the logarithm of the sum.",
        ),
        UPSTREAM_IGNORED,
    ),
)
