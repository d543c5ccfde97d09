"""What people get wrong in ReLU, Sigmoid and Tanh: each mistake recomputed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from dlf_grader.instruments.case import Array, Case
from dlf_grader.instruments.mistakes.mistake import Ask, Mistake, Mistaken, mistake, of_case, of_inputs


def _derivative(function: Callable[[Array, Array], Any]) -> Mistaken:
    """A mistaken backward: dL_dy times a function of x and the right y."""
    return lambda ask, case, tensor: case.upstreams[0] * function(case.inputs[0], ask(case)["y"])


def _one_term(gradient: Callable[[Array, Array], Any]) -> Mistake:
    """The mistake of brackets left out: dL_dy multiplies the first term of the derivative; gradient(dL_dy, y)."""
    return mistake(
        "first-term-only",
        "dL_dx",
        lambda ask, case, tensor: gradient(case.upstreams[0], ask(case)["y"]),
        "dL_dy multiplies only the first term of the derivative: put the derivative in brackets.",
    )


def _upstream_forgotten(ask: Ask, case: Case, tensor: str) -> Any:
    return ask(Case(case.label, case.inputs, upstream=np.ones_like(case.upstreams[0])))["dL_dx"]


def _sigmoid(x: Array) -> Any:
    return 1 / (1 + np.exp(-x))


def _difference(above: float, below: float) -> Mistaken:
    """Differences of the learner's own forward, from x + below to x + above."""

    def answer(ask: Ask, case: Case, tensor: str) -> Any:
        up, down = (ask.learner(replace(case, inputs=(case.inputs[0] + step,)))["y"] for step in (above, below))
        return case.upstreams[0] * (up - down) / (above - below)

    return answer


MEASURED = mistake(
    "measured",
    "dL_dx",
    tuple(
        _difference(*steps)
        for step in (1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8)
        for steps in ((step, -step), (step, 0.0), (0.0, -step))
    ),
    "The gradient is measured by differences of forward, and inexact: derive it on paper.",
)
UPSTREAM_FORGOTTEN = mistake(
    "upstream-forgotten",
    "dL_dx",
    _upstream_forgotten,
    "dL_dy is missing: multiply the derivative by the upstream gradient.",
)

RELU = (
    mistake("absolute", "y", of_inputs(np.abs), "Negative elements change their sign: they should become 0."),
    mistake(
        "negated",
        "y",
        of_inputs(lambda x: np.minimum(x, 0)),
        "The negative elements are kept and the positive ones dropped: do the opposite.",
    ),
    mistake("identity", "y", of_inputs(lambda x: x), "x comes back unchanged: replace every element below 0 by 0."),
    mistake(
        "leaky",
        "y",
        of_inputs(lambda x: np.where(x > 0, x, 0.01 * x)),
        "This is a leaky ReLU, which gives 0.01 x below 0: every element below 0 should become 0.",
    ),
    mistake(
        "maximum-of-all",
        "y",
        (
            of_inputs(lambda x: np.maximum(np.max(x), 0) if x.size else x),
            of_inputs(lambda x: np.max(x, 0)),
        ),
        "np.max(x, 0) is the maximum along axis 0: np.maximum(x, 0) compares element by element.",
    ),
    mistake(
        "gradient-passes",
        "dL_dx",
        of_case(lambda case: case.upstreams[0]),
        "dL_dy is passed on everywhere: where x is not positive, y does not change, so the gradient is 0.",
    ),
    mistake(
        "gradient-at-zero",
        "dL_dx",
        _derivative(lambda x, y: x >= 0),
        "The gradient passes where x is exactly 0: by convention it is 0 there, so use x > 0.",
    ),
    mistake(
        "masked-by-upstream",
        "dL_dx",
        of_case(lambda case: np.maximum(case.upstreams[0], 0)),
        "The sign of dL_dy decides which elements pass: the sign of x should. Store in forward where x is positive.",
    ),
    mistake(
        "sign-for-step",
        "dL_dx",
        _derivative(lambda x, y: np.sign(x)),
        "The gradient changes its sign where x is negative: there it is 0.",
    ),
    mistake(
        "times-y",
        "dL_dx",
        _derivative(lambda x, y: y),
        "dL_dy is multiplied by y: the derivative of a ReLU is 1 or 0, however large x is.",
    ),
    UPSTREAM_FORGOTTEN,
    MEASURED,
)

SIGMOID = (
    mistake(
        "sign-flipped",
        "y",
        of_inputs(lambda x: _sigmoid(-x)),
        "The exponent has the wrong sign: a large x should give 1.",
    ),
    mistake(
        "negative-branch",
        "y",
        of_inputs(lambda x: _sigmoid(np.abs(x))),
        "Below 0 the result is the sigmoid of −x: there it is 1 minus that, exp(x) / (1 + exp(x)).",
    ),
    mistake(
        "brackets-forgotten",
        "y",
        of_inputs(lambda x: 1 / 1 + np.exp(-x)),
        "1 / 1 is divided first, and exp added to it: put 1 + exp(−x) in brackets.",
    ),
    mistake(
        "tanh-instead", "y", of_inputs(np.tanh), "This is tanh: a sigmoid lies between 0 and 1, and is 0.5 at x = 0."
    ),
    mistake(
        "overflow",
        "y",
        of_inputs(lambda x: np.exp(x) / (1 + np.exp(x))),
        "exp overflows: exp(1000) is inf, and inf / inf is nan. Never call exp on a positive number.",
    ),
    mistake(
        "clipped",
        "y",
        tuple(of_inputs(lambda x, most=most: _sigmoid(np.clip(x, -most, most))) for most in (5, 6, 8, 10, 12, 15, 20)),
        "x is clipped where the sigmoid is not flat yet: avoid the overflow without clipping.",
    ),
    mistake(
        "slope-of-x",
        "dL_dx",
        _derivative(lambda x, y: x * (1 - x)),
        "The derivative is computed as x (1 − x): the s in s (1 − s) is the output of forward, not its input.",
    ),
    mistake(
        "sigmoid-twice",
        "dL_dx",
        _derivative(lambda x, y: _sigmoid(y) * (1 - _sigmoid(y))),
        "The sigmoid is applied twice: forward stored its output, so use that as it is.",
    ),
    _one_term(lambda g, y: g * y - y**2),
    mistake(
        "half-slope",
        "dL_dx",
        _derivative(lambda x, y: y),
        "A factor of the derivative is missing: it is s (1 − s), not s alone.",
    ),
    mistake(
        "plus-for-minus",
        "dL_dx",
        _derivative(lambda x, y: y * (1 + y)),
        "The derivative is computed as s (1 + s): it is s (1 − s).",
    ),
    mistake(
        "squared-slope",
        "dL_dx",
        _derivative(lambda x, y: (y * (1 - y)) ** 2),
        "The derivative is squared: it is s (1 − s).",
    ),
    mistake(
        "slope-of-tanh",
        "dL_dx",
        _derivative(lambda x, y: 1 - y**2),
        "The derivative is that of tanh, 1 − y²: the sigmoid's is s (1 − s).",
    ),
    mistake(
        "slope-overflow",
        "dL_dx",
        _derivative(lambda x, y: np.exp(-x) / (1 + np.exp(-x)) ** 2),
        "exp overflows in backward: inf / inf is nan at x = −1000. Compute the derivative from y, which is finite.",
    ),
    UPSTREAM_FORGOTTEN,
    MEASURED,
)

TANH = (
    mistake(
        "sigmoid-instead", "y", of_inputs(_sigmoid), "This is a sigmoid: tanh lies between −1 and 1, and is 0 at x = 0."
    ),
    mistake(
        "overflow",
        "y",
        of_inputs(lambda x: (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))),
        "exp overflows: exp(1000) is inf, and inf / inf is nan. NumPy has a tanh that does not overflow.",
    ),
    mistake("tangent", "y", of_inputs(np.tan), "This is the tangent of a triangle: use the hyperbolic tangent."),
    mistake(
        "slope-of-x",
        "dL_dx",
        _derivative(lambda x, y: 1 - x**2),
        "The derivative is computed as 1 − x²: the y in 1 − y² is the output of forward, not its input.",
    ),
    mistake(
        "not-squared",
        "dL_dx",
        _derivative(lambda x, y: 1 - y),
        "The derivative is computed as 1 − y: the square is missing, it is 1 − y².",
    ),
    mistake(
        "plus-for-minus",
        "dL_dx",
        _derivative(lambda x, y: 1 + y**2),
        "The derivative is computed as 1 + y²: it is 1 − y².",
    ),
    mistake(
        "square-of-difference",
        "dL_dx",
        _derivative(lambda x, y: (1 - y) ** 2),
        "The derivative is computed as (1 − y)²: square y first, it is 1 − y².",
    ),
    _one_term(lambda g, y: g - y**2),
    mistake(
        "tanh-twice",
        "dL_dx",
        _derivative(lambda x, y: 1 - np.tanh(y) ** 2),
        "tanh is applied twice: forward stored its output, so use that as it is.",
    ),
    mistake(
        "slope-of-sigmoid",
        "dL_dx",
        _derivative(lambda x, y: y * (1 - y)),
        "The derivative is that of the sigmoid, y (1 − y): tanh's is 1 − y².",
    ),
    UPSTREAM_FORGOTTEN,
    MEASURED,
)
