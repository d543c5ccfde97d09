"""Functions of one Tensor, element by element: cases, and what people get wrong."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from dlf_grader.instruments.case import Array
from dlf_grader.instruments.mistakes.mistake import Mistake, Mistaken, mistake
from dlf_grader.instruments.subjects.program import Program, step
from dlf_grader.milestones.m5.local_rules import GRADIENTS, UPSTREAM_IGNORED, measured, of_backward, of_forward
from dlf_grader.milestones.m5.operations import Spec, elementwise, one_operation

EDGE = 709.78271289  # exp is 1.8e308 here, and inf a hundred-millionth further on


def _far(operation: str) -> Spec:
    numbers = np.array([-1000.0, 0.0, 1000.0])
    return (step(operation, "$x"), {"x": numbers}, (3,), "numbers far from 0")


def _at(operation: str, *numbers: float) -> Spec:
    """A case where a difference of two values tells nothing about the derivative."""
    upstream = np.array([2.0, *[1e-10] * len(numbers)])
    return (step(operation, "$x"), {"x": np.array([1.0, *numbers])}, upstream, "numbers far from 1")


def _flat(operation: str, *numbers: float) -> Spec:
    """A case of numbers where a function is nearly flat."""
    return (step(operation, "$x"), {"x": np.array(numbers)}, (len(numbers),), "nearly flat parts")


def _of_upstream(*derivatives: Callable[[Array], Array]) -> Mistake:
    """The mistake that the derivative is asked of dL_dy, where x or y is meant."""
    return mistake(
        "derivative-of-upstream",
        GRADIENTS,
        tuple(of_backward(lambda g, y, x, of=of: (g * of(g),)) for of in derivatives),
        "The derivative is computed from dL_dy: compute it from x or y, and multiply it by dL_dy.",
    )


EXP = Program(
    cases=one_operation(*elementwise("exp"), _at("exp", EDGE), divisor=4.0),
    mistakes=(
        measured(np.exp),
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
        _of_upstream(np.exp),
        UPSTREAM_IGNORED,
    ),
)

ADDED = tuple(10.0**-power for power in range(2, 13))
LOG = Program(
    cases=one_operation(*elementwise("log"), _at("log", 1e8), _at("log", 1e-9), positive=True),
    mistakes=(
        measured(np.log),
        mistake("another-base", "y", of_forward(np.log10), "The logarithm has base 10: use np.log, the natural one."),
        mistake(
            "log-of-a-sum",
            "y",
            tuple(of_forward(lambda x, c=c: np.log(x + c)) for c in ADDED),
            "A small constant is added to x: take the logarithm of x itself.",
        ),
        mistake(
            "divided-by-a-sum",
            GRADIENTS,
            tuple(of_backward(lambda g, y, x, c=c: (g / (x + c),)) for c in ADDED),
            "A small constant is added to x in the derivative: it is 1 / x.",
        ),
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


TANH = Program(
    cases=one_operation(*elementwise("tanh"), _far("tanh"), _flat("tanh", 7.5, -8.0), divisor=4.0),
    mistakes=(
        measured(np.tanh),
        mistake(
            "plus-for-minus",
            GRADIENTS,
            of_backward(lambda g, y, x: (g * (1 + y**2),)),
            "The sign is wrong: the derivative of tanh is 1 - y².",
        ),
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
        _of_upstream(lambda g: 1 - np.tanh(g) ** 2, lambda g: 1 - g**2),
        mistake(
            "first-term-only",
            GRADIENTS,
            of_backward(lambda g, y, x: (g - y**2,)),
            "dL_dy multiplies only the first term of the derivative: put 1 - y² in brackets.",
        ),
        UPSTREAM_IGNORED,
    ),
)


def _overflowing(x: Array) -> Array:
    e = np.exp(x)
    y: Array = e / (1 + e)
    return y


def _clipped(most: float) -> Mistaken:
    """The sigmoid of a number that was limited before."""

    def limited(x: Array) -> Array:
        y: Array = 1 / (1 + np.exp(-np.clip(x, -most, most)))
        return y

    ahead, back = of_forward(limited), of_backward(lambda g, y, x: (g * limited(x) * (1 - limited(x)),))
    return lambda ask, case, tensor: (ahead if tensor == "y" else back)(ask, case, tensor)


SIGMOID = Program(
    cases=one_operation(*elementwise("sigmoid"), _far("sigmoid"), _flat("sigmoid", 15.0, -16.0), divisor=4.0),
    mistakes=(
        measured(lambda x: 1 / (1 + np.exp(-x))),
        mistake(
            "plus-for-minus",
            GRADIENTS,
            of_backward(lambda g, y, x: (g * y * (1 + y),)),
            "The sign is wrong: the derivative of sigmoid is y (1 - y).",
        ),
        mistake(
            "overflow",
            "y",
            of_forward(_overflowing),
            "exp of a large number overflows: compute exp(-|x|), and choose the formula by the sign of x.",
        ),
        mistake(
            "clipped",
            ("y", *GRADIENTS),
            tuple(map(_clipped, (5.0, 6.0, 8.0, 10.0, 12.0, 15.0, 20.0))),
            "x is clipped where the sigmoid is not flat yet: avoid the overflow without clipping.",
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
        mistake(
            "mask-of-upstream",
            GRADIENTS,
            (of_backward(lambda g, y, x: (g * (g > 0),)), of_backward(lambda g, y, x: (g * (g > 0) * (x > 0),))),
            "The mask asks for the sign of dL_dy: it must ask whether x is positive, and let every dL_dy pass there.",
        ),
        mistake(
            "leaky",
            "y",
            tuple(of_forward(lambda x, c=c: np.where(x > 0, x, c * x)) for c in (0.01, 0.1, 0.2, 0.3)),
            "A share of every negative number passes, as in leaky ReLU: set it to 0.",
        ),
        mistake("absolute", "y", of_forward(np.abs), "Negative elements become positive: ReLU sets them to 0."),
        mistake(
            "mask-forgotten",
            GRADIENTS,
            of_backward(lambda g, y, x: (g,)),
            "The gradient passes where x is negative: y is constant there, so it is 0.",
        ),
        mistake(
            "sign-for-mask",
            GRADIENTS,
            of_backward(lambda g, y, x: (g * np.sign(x),)),
            "The gradient changes its sign where x is negative: there it is 0.",
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
