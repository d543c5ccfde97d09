"""What people get wrong in RNN, besides what goes wrong in any recurrent layer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from dlf_grader.instruments.case import Answer, Array, Case
from dlf_grader.instruments.mistake import Mistaken, mistake
from dlf_grader.milestones.m2.recurrent_mistakes import COMMON, FORWARD, INPUTS, WEIGHTS, sigmoid, upstream

Squash = Callable[[Array], Array]


def _rnn(
    case: Case,
    squash: Squash = np.tanh,
    derivative: Callable[[Array, Array], Array] = lambda h, before: 1 - h**2,
) -> Answer:
    """An RNN with another function, or with another derivative in backward, of the state after and before a step."""
    x, (w, u, b, d) = case.inputs[0], case.attributes.values()
    n, t_end, _ = x.shape
    h = [case.inputs[1] if len(case.inputs) > 1 else np.zeros((n, len(u)))]
    for t in range(t_end):
        h.append(squash(x[:, t] @ w.T + b + h[-1] @ u.T + d))
    answer: Answer = {"outputs": np.stack(h[1:], axis=1), "h_T": h[-1], "dL_dx": np.zeros_like(x)}
    answer |= {f"dL_d{name}": np.zeros_like(value) for name, value in case.attributes.items()}
    back = case.more[0] if case.more else np.zeros_like(h[0])
    for t in reversed(range(t_end)):
        inside = (upstream(case)[:, t] + back) * derivative(h[t + 1], h[t])
        answer["dL_dx"][:, t], back = inside @ w, inside @ u
        parts = (inside.T @ x[:, t], inside.T @ h[t], inside.sum(axis=0), inside.sum(axis=0))
        for name, part in zip(case.attributes, parts, strict=True):
            answer[f"dL_d{name}"] += part
    return answer | {"dL_dh0": back}


def _wrong(**how: Any) -> Mistaken:
    return lambda ask, case, tensor: _rnn(case, **how)[tensor]


MISTAKES = (
    *COMMON,
    mistake("sigmoid", FORWARD, _wrong(squash=sigmoid), "The state goes through a sigmoid: use tanh."),
    mistake("relu", FORWARD, _wrong(squash=lambda a: np.maximum(a, 0)), "The state goes through a ReLU: use tanh."),
    mistake("no-tanh", FORWARD, _wrong(squash=lambda a: a), "tanh is missing: apply it, or the network is linear."),
    mistake(
        "slope-forgotten",
        (*INPUTS, *WEIGHTS),
        _wrong(derivative=lambda h, before: np.ones_like(h)),
        "The derivative of tanh is missing: multiply by it before W_ih and W_hh.",
    ),
    mistake(
        "slope-of-sigmoid",
        (*INPUTS, *WEIGHTS),
        _wrong(derivative=lambda h, before: h * (1 - h)),
        "The derivative is h (1 - h), a sigmoid's: use tanh's.",
    ),
    mistake(
        "slope-of-earlier-state",
        (*INPUTS, *WEIGHTS),
        _wrong(derivative=lambda h, before: 1 - before**2),
        "The derivative of tanh uses the state before the step: use the state after the step.",
    ),
)
