"""What people get wrong in GRU, besides what goes wrong in any recurrent layer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from dlf_grader.instruments.case import Answer, Array, Case
from dlf_grader.instruments.mistake import Ask, Mistaken, mistake
from dlf_grader.milestones.m2.recurrent_mistakes import (
    COMMON,
    FORWARD,
    INPUTS,
    WEIGHTS,
    in_order,
    sigmoid,
    upstream,
)

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


Derivatives = Callable[[Step], tuple[Array, Array, Array]]


def derivatives(s: Step) -> tuple[Array, Array, Array]:
    """Derivatives of the state after the step by the pre-activations of r, z and n."""
    n = (1 - s.z) * (1 - s.n**2)
    return n * s.q * s.r * (1 - s.r), (s.h0 - s.n) * s.z * (1 - s.z), n


def _backward(
    case: Case,
    derivatives: Derivatives = derivatives,
    kept: Callable[[Step], Array] = lambda s: s.z,
    reset: Callable[[Step], Array] = lambda s: s.r,
    product: bool = True,
) -> Answer:
    """Gradients with one thing wrong: a derivative, what is kept, the product's factor, whether it is passed on."""
    steps, (w, u) = _forward(case), (case.attributes["W_ih"], case.attributes["W_hh"])
    dh = case.more[0] if case.more else np.zeros_like(steps[0].h)
    answer: Answer = {"dL_dx": np.zeros_like(case.inputs[0])}
    answer |= {f"dL_d{name}": np.zeros_like(value) for name, value in case.attributes.items()}
    for t in reversed(range(len(steps))):
        s = steps[t]
        dh = dh + upstream(case)[:, t]
        r, z, n = derivatives(s)
        x_side = np.concatenate([dh * r, dh * z, dh * n], axis=1)
        h_side = np.concatenate([dh * r, dh * z, dh * n * reset(s)], axis=1)
        answer["dL_dx"][:, t] = x_side @ w
        parts = (x_side.T @ s.x, h_side.T @ s.h0, x_side.sum(axis=0), h_side.sum(axis=0))
        for name, part in zip(case.attributes, parts, strict=True):
            answer[f"dL_d{name}"] += part
        dh = dh * kept(s) + h_side @ u * product
    return answer | {"dL_dh0": dh}


def _ahead(**how: Any) -> Mistaken:
    def answer(ask: Ask, case: Case, tensor: str) -> Any:
        steps = _forward(case, **how)
        return {"outputs": np.stack([step.h for step in steps], axis=1), "h_T": steps[-1].h}[tensor]

    return answer


def _back(**how: Any) -> Mistaken:
    return lambda ask, case, tensor: _backward(case, **how)[tensor]


def _changed(**changed: Callable[[Step], Array]) -> Derivatives:
    return lambda s: tuple(  # type: ignore[return-value]  # three, as `derivatives` gives
        changed[name](s) if name in changed else right for name, right in zip("rzn", derivatives(s), strict=True)
    )


MISTAKES = (
    mistake(
        "order-zrn",
        (*FORWARD, *WEIGHTS),
        in_order((1, 0, 2)),
        "The reset gate and the update gate are swapped: the order of the rows is r, z, n.",
    ),
    mistake(
        "reset-before-product",
        FORWARD,
        _ahead(inside=lambda a, h, u, d, r: a + (r * h) @ u.T + d),
        "The reset gate multiplies the state. As in PyTorch, multiply the hidden product, its bias included.",
    ),
    mistake(
        "bias-not-reset",
        FORWARD,
        _ahead(inside=lambda a, h, u, d, r: a + r * (h @ u.T) + d),
        "The candidate's b_hh is added outside the reset gate: r multiplies the product and its bias together.",
    ),
    mistake(
        "reset-unused",
        FORWARD,
        _ahead(inside=lambda a, h, u, d, r: a + h @ u.T + d),
        "The reset gate is not used: multiply the candidate's hidden product by it.",
    ),
    mistake(
        "all-reset",
        FORWARD,
        _ahead(inside=lambda a, h, u, d, r: r * (a + h @ u.T + d)),
        "The reset gate multiplies x's part too: multiply the hidden product only.",
    ),
    mistake(
        "update-reversed",
        FORWARD,
        _ahead(mixed=lambda z, n, h: z * n + (1 - z) * h),
        "z and 1 - z are swapped: z is the share of the old state that is kept.",
    ),
    mistake(
        "sigmoid-candidate",
        FORWARD,
        _ahead(candidate=sigmoid),
        "The candidate n goes through a sigmoid: it may have either sign, so use tanh.",
    ),
    mistake(
        "tanh-gates",
        FORWARD,
        _ahead(gate=np.tanh),
        "The gates r and z go through tanh: a gate is between 0 and 1, so use a sigmoid.",
    ),
    mistake(
        "kept-not-sent-back",
        BACKWARD,
        _back(kept=lambda s: np.zeros_like(s.z)),
        "The kept part of the state passes no gradient on: the state before gets dL_dh · z.",
    ),
    mistake(
        "product-not-sent-back",
        BACKWARD,
        _back(product=False),
        "Only the kept part passes a gradient on: the state also reaches both gates and the candidate, through W_hh.",
    ),
    mistake(
        "reset-forgotten-in-backward",
        BACKWARD,
        _back(reset=lambda s: np.ones_like(s.r)),
        "The candidate's rows get the same gradient on both sides: on the state's side multiply it by r.",
    ),
    mistake(
        "update-sign",
        BACKWARD,
        _back(derivatives=_changed(z=lambda s: (s.n - s.h0) * s.z * (1 - s.z))),
        "The update gate's gradient has the wrong sign: a larger z keeps more of the old state, so use (h - n).",
    ),
    mistake(
        "reset-met-the-state",
        BACKWARD,
        _back(derivatives=_changed(r=lambda s: (1 - s.z) * (1 - s.n**2) * s.h0 * s.r * (1 - s.r))),
        "The reset gate's gradient uses the state: r multiplies the hidden product, so use that.",
    ),
    mistake(
        "gate-slopes-forgotten",
        BACKWARD,
        _back(
            derivatives=_changed(r=lambda s: (1 - s.z) * (1 - s.n**2) * s.q, z=lambda s: s.h0 - s.n),
        ),
        "The derivatives of the sigmoids are missing: r (1 - r) and z (1 - z).",
    ),
    mistake(
        "candidate-slope-forgotten",
        BACKWARD,
        _back(derivatives=_changed(r=lambda s: (1 - s.z) * s.q * s.r * (1 - s.r), n=lambda s: 1 - s.z)),
        "The derivative of the candidate's tanh is missing: multiply by 1 - n².",
    ),
    *COMMON,
)
