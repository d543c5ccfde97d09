"""What people get wrong in GRU, besides what goes wrong in any recurrent layer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from dlf_grader.instruments_old.layer import Answer, Array, Ask, Case
from dlf_grader.milestones.m2.recurrent_mistakes import (
    COMMON,
    FORWARD,
    INPUTS,
    WEIGHTS,
    Answerer,
    in_order,
    mistake,
    upstream,
)
from dlf_grader.milestones.m2.rnn import sigmoid

Squash = Callable[[Array], Array]
BACKWARD = (*INPUTS, *WEIGHTS)


@dataclass(frozen=True)
class Step:
    """One time step: inputs, gates and states; `q` is the candidate's hidden product with its bias, before r."""

    x: Array
    r: Array
    z: Array
    n: Array
    q: Array
    h0: Array
    h: Array


# what the candidate is made of: x's side, the state, its weights and bias, the reset gate
Candidate = Callable[[Array, Array, Array, Array, Array], Array]


def _inside(a: Array, h: Array, u: Array, d: Array, r: Array) -> Array:
    inside: Array = a + r * (h @ u.T + d)
    return inside


def _forward(
    case: Case,
    gate: Squash = sigmoid,
    candidate: Squash = np.tanh,
    inside: Candidate = _inside,
    mixed: Callable[[Array, Array, Array], Array] = lambda z, n, h: (1 - z) * n + z * h,
) -> list[Step]:
    x, (w, u, b, d) = case.inputs[0], case.attributes.values()
    size = u.shape[1]
    h = case.inputs[1] if len(case.inputs) > 1 else np.zeros((len(x), size))
    steps: list[Step] = []
    for t in range(x.shape[1]):
        a, e = x[:, t] @ w.T + b, h @ u.T + d
        r, z = np.split(gate(a[:, : 2 * size] + e[:, : 2 * size]), 2, axis=1)
        n = candidate(inside(a[:, 2 * size :], h, u[2 * size :], d[2 * size :], r))
        after = mixed(z, n, h)
        steps.append(Step(x[:, t], r, z, n, e[:, 2 * size :], h, after))
        h = after
    return steps


Slopes = Callable[[Step], tuple[Array, Array, Array]]


def slopes(s: Step) -> tuple[Array, Array, Array]:
    """How what stands inside r, z and n acts on the state after the step."""
    n = (1 - s.z) * (1 - s.n**2)
    return n * s.q * s.r * (1 - s.r), (s.h0 - s.n) * s.z * (1 - s.z), n


def _backward(
    case: Case,
    slopes: Slopes = slopes,
    kept: Callable[[Step], Array] = lambda s: s.z,
    reset: Callable[[Step], Array] = lambda s: s.r,
    product: bool = True,
) -> Answer:
    """Gradients with one thing wrong: a slope, what is kept, what stands before the product, whether it carries."""
    steps, (w, u) = _forward(case), (case.attributes["W_ih"], case.attributes["W_hh"])
    dh = case.more[0] if case.more else np.zeros_like(steps[0].h)
    answer: Answer = {"dL_dx": np.zeros_like(case.inputs[0])}
    answer |= {f"dL_d{name}": np.zeros_like(value) for name, value in case.attributes.items()}
    for t in reversed(range(len(steps))):
        s = steps[t]
        dh = dh + upstream(case)[:, t]
        r, z, n = slopes(s)
        x_side = np.concatenate([dh * r, dh * z, dh * n], axis=1)
        h_side = np.concatenate([dh * r, dh * z, dh * n * reset(s)], axis=1)
        answer["dL_dx"][:, t] = x_side @ w
        parts = (x_side.T @ s.x, h_side.T @ s.h0, x_side.sum(axis=0), h_side.sum(axis=0))
        for name, part in zip(case.attributes, parts, strict=True):
            answer[f"dL_d{name}"] += part
        dh = dh * kept(s) + h_side @ u * product
    return answer | {"dL_dh0": dh}


def _ahead(**how: Any) -> Answerer:
    def answer(ask: Ask, case: Case, tensor: str) -> Any:
        steps = _forward(case, **how)
        return {"outputs": np.stack([step.h for step in steps], axis=1), "h_T": steps[-1].h}[tensor]

    return answer


def _back(**how: Any) -> Answerer:
    return lambda ask, case, tensor: _backward(case, **how)[tensor]


def _changed(**changed: Callable[[Step], Array]) -> Slopes:
    return lambda s: tuple(  # type: ignore[return-value]  # three, as `slopes` gives
        changed[name](s) if name in changed else right for name, right in zip("rzn", slopes(s), strict=True)
    )


MISTAKES = (
    mistake(
        "order-zrn",
        (*FORWARD, *WEIGHTS),
        in_order((1, 0, 2)),
        "the reset gate and the update gate were swapped: the rows are r, z, n.",
    ),
    mistake(
        "reset-before-product",
        FORWARD,
        _ahead(inside=lambda a, h, u, d, r: a + (r * h) @ u.T + d),
        "the reset gate multiplied the state: here, as in PyTorch, it multiplies the hidden product, bias and all.",
    ),
    mistake(
        "bias-not-reset",
        FORWARD,
        _ahead(inside=lambda a, h, u, d, r: a + r * (h @ u.T) + d),
        "the candidate's b_hh stood outside the reset gate: r multiplies product and bias together.",
    ),
    mistake(
        "reset-unused",
        FORWARD,
        _ahead(inside=lambda a, h, u, d, r: a + h @ u.T + d),
        "the reset gate were not used: it multiplies the candidate's hidden product.",
    ),
    mistake(
        "all-reset",
        FORWARD,
        _ahead(inside=lambda a, h, u, d, r: r * (a + h @ u.T + d)),
        "the reset gate multiplied x's part too: it stands before the hidden product only.",
    ),
    mistake(
        "update-reversed",
        FORWARD,
        _ahead(mixed=lambda z, n, h: z * n + (1 - z) * h),
        "z and 1 - z were swapped: z is the share of the old state that is kept.",
    ),
    mistake(
        "sigmoid-candidate",
        FORWARD,
        _ahead(candidate=sigmoid),
        "the candidate n went through a sigmoid: it is a state, of either sign, so it takes tanh.",
    ),
    mistake(
        "tanh-gates",
        FORWARD,
        _ahead(gate=np.tanh),
        "the gates r and z went through tanh: a gate lets a share through, from 0 to 1, so it takes a sigmoid.",
    ),
    mistake(
        "kept-not-sent-back",
        BACKWARD,
        _back(kept=lambda s: np.zeros_like(s.z)),
        "the part of the state that z keeps sent no gradient back: it reaches the state before, times z.",
    ),
    mistake(
        "product-not-sent-back",
        BACKWARD,
        _back(product=False),
        "only the kept part sent a gradient back: the state also fed both gates and the candidate, through W_hh.",
    ),
    mistake(
        "reset-forgotten-in-backward",
        BACKWARD,
        _back(reset=lambda s: np.ones_like(s.r)),
        "the candidate's rows got the same gradient on both sides: on the state's side it is multiplied by r.",
    ),
    mistake(
        "update-sign",
        BACKWARD,
        _back(slopes=_changed(z=lambda s: (s.n - s.h0) * s.z * (1 - s.z))),
        "the update gate's gradient had the wrong sign: more z means more of the old state and less of the candidate.",
    ),
    mistake(
        "reset-met-the-state",
        BACKWARD,
        _back(slopes=_changed(r=lambda s: (1 - s.z) * (1 - s.n**2) * s.h0 * s.r * (1 - s.r))),
        "the reset gate's gradient met the state: r multiplied the hidden product, so that is what it meets.",
    ),
    mistake(
        "gate-slopes-forgotten",
        BACKWARD,
        _back(
            slopes=_changed(r=lambda s: (1 - s.z) * (1 - s.n**2) * s.q, z=lambda s: s.h0 - s.n),
        ),
        "the slopes of the sigmoids were forgotten: r (1 - r) and z (1 - z).",
    ),
    mistake(
        "candidate-slope-forgotten",
        BACKWARD,
        _back(slopes=_changed(r=lambda s: (1 - s.z) * s.q * s.r * (1 - s.r), n=lambda s: 1 - s.z)),
        "the slope of the candidate's tanh were forgotten: 1 - n².",
    ),
    *COMMON,
)
