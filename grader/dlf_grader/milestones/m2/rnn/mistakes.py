"""What people get wrong in RNN, besides what goes wrong in any recurrent layer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from dlf_grader.instruments.case import Array, Case
from dlf_grader.instruments.mistakes.mistake import Mistaken, mistake
from dlf_grader.milestones.m2.recurrent_backward import unrolled
from dlf_grader.milestones.m2.recurrent_mistakes import BACKWARD, FORWARD, SIDES, WEIGHTS
from dlf_grader.milestones.m2.rnn.formula import backward, forward
from dlf_grader.milestones.m2.unrolled import Way, sigmoid


def _ahead(**how: Any) -> Mistaken:
    def answer(case: Case, tensor: str) -> Array:
        h = forward(case, **how)
        return np.stack(h[1:], axis=1) if tensor == "outputs" else h[-1]

    return lambda ask, case, tensor: answer(case, tensor)


def _back(**how: Any) -> Mistaken:
    return lambda ask, case, tensor: backward(case, **how).answer()[tensor]


def _derivative(derivative: Callable[[Array], Array]) -> Mistaken:
    """Another derivative, of the state after the step."""
    return _back(derivative=lambda h, before: derivative(h))


def _derivative_left_out(case: Case, tensor: str) -> Any:
    """The parameters' gradients before tanh's derivative, which is on the way to x and to the step before."""
    found = unrolled(case, Way())
    steps = range(found.steps)
    raw = [found.x_sides[t] / (1 - found.after[t] ** 2) for t in steps]
    parts = {
        "dL_dW_ih": [raw[t].T @ found.x[:, t] for t in steps],
        "dL_dW_hh": [raw[t].T @ found.before[t] for t in steps],
    }
    return sum(parts.get(tensor) or [side.sum(axis=0) for side in raw])


def _start_not_multiplied(case: Case) -> Array:
    gradient: Array = unrolled(case, Way()).h_sides[0]
    return gradient


MISTAKES = (
    mistake("sigmoid", FORWARD, _ahead(squash=sigmoid), "The state goes through a sigmoid: use tanh."),
    mistake("relu", FORWARD, _ahead(squash=lambda a: np.maximum(a, 0)), "The state goes through a ReLU: use tanh."),
    mistake("no-tanh", FORWARD, _ahead(squash=lambda a: a), "tanh is missing: apply it, or the network is linear."),
    mistake(
        "tanh-cut-off",
        FORWARD,
        _ahead(squash=lambda a: np.clip(a, -1, 1)),
        "The state is cut off at ±1: tanh bends smoothly. Use np.tanh.",
    ),
    mistake(
        "tanh-apart",
        FORWARD,
        tuple(
            form
            for both in (False, True)
            for form in (
                _ahead(both_biases=both, joined=lambda a, e, h: np.tanh(a) + e),
                _ahead(both_biases=both, squash=lambda a: a, joined=lambda a, e, h: np.tanh(a) + e),
                _ahead(both_biases=both, squash=lambda a: a, joined=lambda a, e, h: np.tanh(a) + np.tanh(e)),
            )
        ),
        "tanh is applied to a part of the sum: add both products and both biases first, then apply it once.",
    ),
    mistake(
        "state-added",
        FORWARD,
        _ahead(shown=lambda y, a, h: y + h),
        "The state before is added to the new one: it acts through W_hh, inside tanh, only.",
    ),
    mistake(
        "tanh-overflows",
        FORWARD,
        (
            _ahead(squash=lambda a: (np.exp(a) - np.exp(-a)) / (np.exp(a) + np.exp(-a))),
            _ahead(squash=lambda a: (np.exp(2 * a) - 1) / (np.exp(2 * a) + 1)),
            _ahead(squash=lambda a: (1 - np.exp(-2 * a)) / (1 + np.exp(-2 * a))),
        ),
        "exp overflows where the sum is large, and inf / inf is nan: use np.tanh.",
    ),
    mistake(
        "slope-forgotten",
        SIDES,
        _derivative(np.ones_like),
        "The derivative of tanh is missing: multiply by it before W_ih and W_hh.",
    ),
    mistake(
        "slope-left-out-on-the-way-back",
        BACKWARD,
        _back(skipped=True),
        "The gradient passes to the step before without tanh's derivative: multiply by it first, then by W_hh.",
    ),
    mistake(
        "slope-of-sigmoid",
        SIDES,
        _derivative(lambda h: h * (1 - h)),
        "The derivative is h (1 - h), a sigmoid's: use tanh's.",
    ),
    mistake(
        "slope-not-squared",
        SIDES,
        _derivative(lambda h: 1 - h),
        "The derivative of tanh is written as 1 - h: square h.",
    ),
    mistake(
        "slope-sign",
        SIDES,
        _derivative(lambda h: 1 + h**2),
        "The derivative of tanh is written as 1 + h²: subtract h².",
    ),
    mistake(
        "slope-at-the-output",
        SIDES,
        _derivative(lambda h: 1 - np.tanh(h) ** 2),
        "The derivative takes tanh of the state, which is a tanh already: use 1 - h².",
    ),
    mistake(
        "slope-of-earlier-state",
        SIDES,
        _back(derivative=lambda h, before: 1 - before**2),
        "The derivative of tanh uses the state before the step: use the state after the step.",
    ),
    mistake(
        "transposed-on-the-way-back",
        BACKWARD,
        _back(turned=True),
        "W_hh is transposed on the way back: forward multiplies by W_hh.T, so backward multiplies by W_hh.",
    ),
    mistake(
        "start-not-multiplied",
        "dL_dh0",
        lambda ask, case, tensor: _start_not_multiplied(case),
        "dL_dh0 is the gradient inside the first tanh: multiply it by W_hh, which leads to h0.",
    ),
    mistake(
        "parameters-before-tanh",
        WEIGHTS,
        lambda ask, case, tensor: _derivative_left_out(case, tensor),
        "The parameters' gradients lack tanh's derivative: multiply by it first. The parameters act inside tanh.",
    ),
)
