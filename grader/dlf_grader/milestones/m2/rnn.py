"""RNN: its checks, and what people get wrong in it besides what goes wrong in any recurrent layer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from dlf_grader.instruments_old.behaviour import manners
from dlf_grader.instruments_old.gradient import gradient
from dlf_grader.instruments_old.layer import Answer, Array, Case
from dlf_grader.instruments_old.parity import parity
from dlf_grader.instruments_old.refusal import refuses
from dlf_grader.milestones.m2.recurrent import BAD, recurrent
from dlf_grader.milestones.m2.recurrent_mistakes import COMMON, FORWARD, INPUTS, WEIGHTS, Answerer, mistake, upstream

Squash = Callable[[Array], Array]


def sigmoid(x: Array) -> Array:
    """1 / (1 + exp(-x))."""
    y: Array = 0.5 + 0.5 * np.tanh(0.5 * x)
    return y


def _rnn(
    case: Case,
    squash: Squash = np.tanh,
    slope: Callable[[Array, Array], Array] = lambda h, before: 1 - h**2,
) -> Answer:
    """An RNN with another function, or another slope of it in backward, of the state after and before a step."""
    x, (w, u, b, d) = case.inputs[0], case.attributes.values()
    n, t_end, _ = x.shape
    h = [case.inputs[1] if len(case.inputs) > 1 else np.zeros((n, len(u)))]
    for t in range(t_end):
        h.append(squash(x[:, t] @ w.T + b + h[-1] @ u.T + d))
    answer: Answer = {"outputs": np.stack(h[1:], axis=1), "h_T": h[-1], "dL_dx": np.zeros_like(x)}
    answer |= {f"dL_d{name}": np.zeros_like(value) for name, value in case.attributes.items()}
    back = case.more[0] if case.more else np.zeros_like(h[0])
    for t in reversed(range(t_end)):
        inside = (upstream(case)[:, t] + back) * slope(h[t + 1], h[t])
        answer["dL_dx"][:, t], back = inside @ w, inside @ u
        parts = (inside.T @ x[:, t], inside.T @ h[t], inside.sum(axis=0), inside.sum(axis=0))
        for name, part in zip(case.attributes, parts, strict=True):
            answer[f"dL_d{name}"] += part
    return answer | {"dL_dh0": back}


def _wrong(**how: Any) -> Answerer:
    return lambda ask, case, tensor: _rnn(case, **how)[tensor]


MISTAKES = (
    *COMMON,
    mistake("sigmoid", FORWARD, _wrong(squash=sigmoid), "a sigmoid stood where tanh belongs."),
    mistake("relu", FORWARD, _wrong(squash=lambda a: np.maximum(a, 0)), "a ReLU stood where tanh belongs."),
    mistake("no-tanh", FORWARD, _wrong(squash=lambda a: a), "tanh were left out: without it the network is linear."),
    mistake(
        "slope-forgotten",
        (*INPUTS, *WEIGHTS),
        _wrong(slope=lambda h, before: np.ones_like(h)),
        "the slope of tanh were forgotten: on its way to x and to the state before, every gradient passes it.",
    ),
    mistake(
        "slope-of-sigmoid",
        (*INPUTS, *WEIGHTS),
        _wrong(slope=lambda h, before: h * (1 - h)),
        "the slope were h (1 - h), a sigmoid's; work out tanh's.",
    ),
    mistake(
        "slope-of-earlier-state",
        (*INPUTS, *WEIGHTS),
        _wrong(slope=lambda h, before: 1 - before**2),
        "the slope of tanh were taken at the state before the step: it belongs to the state that the step gave.",
    ),
)

RNN = recurrent("RNN", 1, ("h",), MISTAKES)
forward = parity(RNN, "outputs", "h_T")
backward = parity(RNN, "dL_dx", "dL_dh0")
parameters = parity(RNN, *WEIGHTS)
slope = gradient(RNN)
behaviour = manners(RNN)
errors = refuses("RNN", BAD)
