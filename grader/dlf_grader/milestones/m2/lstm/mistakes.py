"""What people get wrong in LSTM, besides what goes wrong in any recurrent layer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
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
    """One time step: inputs, gates and states. `c` and `h` are those after it, `c0` and `h0` those before it."""

    x: Array
    i: Array
    f: Array
    g: Array
    o: Array
    c0: Array
    h0: Array
    c: Array
    h: Array


def _forward(
    case: Case,
    gate: Squash = sigmoid,
    candidate: Squash = np.tanh,
    squashed: Squash = np.tanh,
    cell: Callable[[Array, Array, Array, Array], Array] = lambda i, f, g, c: f * c + i * g,
) -> list[Step]:
    x, (w, u, b, d) = case.inputs[0], case.attributes.values()
    h = c = np.zeros((len(x), u.shape[1]))
    if len(case.inputs) > 1:
        h, c = case.inputs[1:]
    steps: list[Step] = []
    for t in range(x.shape[1]):
        i, f, g, o = np.split(x[:, t] @ w.T + b + h @ u.T + d, 4, axis=1)
        i, f, g, o = gate(i), gate(f), candidate(g), gate(o)
        c_next = cell(i, f, g, c)
        h_next = o * squashed(c_next)
        steps.append(Step(x[:, t], i, f, g, o, c, h, c_next, h_next))
        h, c = h_next, c_next
    return steps


Derivatives = Callable[[Step], tuple[Array, Array, Array, Array]]


def derivatives(s: Step) -> tuple[Array, Array, Array, Array]:
    """Derivatives of the cell by the pre-activations of i, f, g, and of the hidden state by that of o."""
    return s.g * s.i * (1 - s.i), s.c0 * s.f * (1 - s.f), s.i * (1 - s.g**2), np.tanh(s.c) * s.o * (1 - s.o)


def _backward(
    case: Case,
    derivatives: Derivatives = derivatives,
    squashed: Squash = lambda c: 1 - np.tanh(c) ** 2,
    kept: Callable[[Step], Array] = lambda s: s.f,
    end: tuple[bool, bool] = (True, True),
    through_h: bool = True,
) -> Answer:
    """Gradients with one thing wrong: a derivative, what the cell passes on, which final state counts, or h's path."""
    steps, (w, u) = _forward(case), (case.attributes["W_ih"], case.attributes["W_hh"])
    dh, dc = case.more or np.zeros((2, *steps[0].h.shape))
    dh, dc = dh * end[0], dc * end[1]
    answer: Answer = {"dL_dx": np.zeros_like(case.inputs[0])}
    answer |= {f"dL_d{name}": np.zeros_like(value) for name, value in case.attributes.items()}
    for t in reversed(range(len(steps))):
        s = steps[t]
        dh = dh + upstream(case)[:, t]
        dc = dc + dh * s.o * squashed(s.c)
        i, f, g, o = derivatives(s)
        inside = np.concatenate([dc * i, dc * f, dc * g, dh * o], axis=1)
        answer["dL_dx"][:, t] = inside @ w
        parts = (inside.T @ s.x, inside.T @ s.h0, inside.sum(axis=0), inside.sum(axis=0))
        for name, part in zip(case.attributes, parts, strict=True):
            answer[f"dL_d{name}"] += part
        dh, dc = inside @ u * (through_h or t == 0), dc * kept(s)
    return answer | {"dL_dh0": dh, "dL_dc0": dc}


def _ahead(**how: Any) -> Mistaken:
    def answer(ask: Ask, case: Case, tensor: str) -> Any:
        steps = _forward(case, **how)
        outputs = np.stack([step.h for step in steps], axis=1)
        return {"outputs": outputs, "h_T": steps[-1].h, "c_T": steps[-1].c}[tensor]

    return answer


def _back(**how: Any) -> Mistaken:
    return lambda ask, case, tensor: _backward(case, **how)[tensor]


def _starts_swapped(ask: Ask, case: Case, tensor: str) -> Any:
    if len(case.inputs) == 1:
        return None
    x, h0, c0 = case.inputs
    return ask(replace(case, inputs=(x, c0, h0)))[tensor]


def _cells_as_outputs(ask: Ask, case: Case, tensor: str) -> Any:
    return np.stack([step.c for step in _forward(case)], axis=1)


def _other_end(ask: Ask, case: Case, tensor: str) -> Any:
    return ask(case)[{"h_T": "c_T", "c_T": "h_T"}[tensor]]


def _changed(**changed: Callable[[Step], Array]) -> Derivatives:
    return lambda s: tuple(  # type: ignore[return-value]  # four, as `derivatives` gives
        changed[name](s) if name in changed else right for name, right in zip("ifgo", derivatives(s), strict=True)
    )


OUT = ("outputs", "h_T")
MISTAKES = (
    mistake(
        "order-ifog",
        (*FORWARD, *WEIGHTS),
        in_order((0, 1, 3, 2)),
        "The gates' rows are in the order i, f, o, g: PyTorch's order is i, f, g, o.",
    ),
    mistake(
        "order-figo",
        (*FORWARD, *WEIGHTS),
        in_order((1, 0, 2, 3)),
        "The input gate and the forget gate are swapped: the order is i, f, g, o.",
    ),
    mistake(
        "sigmoid-candidate",
        FORWARD,
        _ahead(candidate=sigmoid),
        "The candidate g goes through a sigmoid: it may have either sign, so use tanh.",
    ),
    mistake(
        "tanh-gates",
        FORWARD,
        _ahead(gate=np.tanh),
        "The gates i, f, o go through tanh: a gate is between 0 and 1, so use a sigmoid.",
    ),
    mistake(
        "squashes-swapped",
        FORWARD,
        _ahead(gate=np.tanh, candidate=sigmoid),
        "tanh and sigmoid are swapped: use sigmoid for the gates i, f, o, and tanh for the candidate g.",
    ),
    mistake(
        "cell-shown-raw",
        OUT,
        _ahead(squashed=lambda c: c),
        "tanh of the cell is missing in the output: h = o · tanh(c).",
    ),
    mistake(
        "forget-gate-unused",
        FORWARD,
        _ahead(cell=lambda i, f, g, c: c + i * g),
        "The forget gate is not used: multiply the old cell by it.",
    ),
    mistake(
        "gates-coupled",
        FORWARD,
        _ahead(cell=lambda i, f, g, c: f * c + (1 - f) * g),
        "The candidate is multiplied by 1 - f, as in a GRU: multiply it by the input gate i.",
    ),
    mistake("starts-swapped", FORWARD, _starts_swapped, "h0 and c0 are swapped: the state is (h0, c0)."),
    mistake("ends-swapped", ("h_T", "c_T"), _other_end, "h_T and c_T are swapped: the state is (h_T, c_T)."),
    mistake("cells-as-outputs", ("outputs",), _cells_as_outputs, "The cells are returned: return the hidden states."),
    mistake(
        "dh-T-ignored",
        BACKWARD,
        _back(end=(False, True)),
        "dL_dh_T is ignored: the last hidden state is returned twice, so add both gradients.",
    ),
    mistake(
        "dc-T-ignored",
        BACKWARD,
        _back(end=(True, False)),
        "dL_dc_T is ignored: start the cell's gradient with it.",
    ),
    mistake(
        "cell-not-sent-back",
        BACKWARD,
        _back(kept=lambda s: np.zeros_like(s.f)),
        "The cell's gradient is not passed on: the cell before gets dL_dc · f.",
    ),
    mistake(
        "cell-undimmed",
        BACKWARD,
        _back(kept=lambda s: np.ones_like(s.f)),
        "The cell's gradient is passed on without f: the old cell is multiplied by f, so its gradient is too.",
    ),
    mistake(
        "hidden-not-sent-back",
        BACKWARD,
        _back(through_h=False),
        "The hidden state's gradient is not passed on: h is an input of all four gates of the next step, through W_hh.",
    ),
    mistake(
        "shown-slope-forgotten",
        BACKWARD,
        _back(squashed=np.ones_like),
        "The derivative of tanh(c) is missing between dL_dh and dL_dc: multiply by 1 - tanh(c)².",
    ),
    mistake(
        "gate-slopes-forgotten",
        BACKWARD,
        _back(
            derivatives=_changed(i=lambda s: s.g, f=lambda s: s.c0, o=lambda s: np.tanh(s.c)),
        ),
        "The derivatives of the sigmoids are missing: i (1 - i), and likewise for f and o.",
    ),
    mistake(
        "candidate-slope-forgotten",
        BACKWARD,
        _back(derivatives=_changed(g=lambda s: s.i)),
        "The derivative of the candidate's tanh is missing: multiply by 1 - g².",
    ),
    mistake(
        "cell-one-late",
        BACKWARD,
        _back(derivatives=_changed(f=lambda s: s.c * s.f * (1 - s.f))),
        "The forget gate's gradient uses the new cell: the gate multiplies the cell before the step.",
    ),
    *COMMON,
)
