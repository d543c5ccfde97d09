"""What people get wrong in LSTM.forward, besides what goes wrong in any recurrent layer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from dlf_grader.instruments.case import Array, Case
from dlf_grader.instruments.mistakes.mistake import Mistaken, mistake, of_case
from dlf_grader.milestones.m2.lstm.formula import forward
from dlf_grader.milestones.m2.recurrent_mistakes import (
    FORWARD,
    WEIGHTS,
    asked,
    gates_clipped,
    gates_overflow,
    in_order,
    other_orders,
    row_by_row,
)
from dlf_grader.milestones.m2.unrolled import sigmoid


def _ahead(**how: Any) -> Mistaken:
    def answer(case: Case, tensor: str) -> Array:
        steps = forward(case, **how)
        if tensor == "outputs":
            return np.stack([step.h for step in steps], axis=1)
        return steps[-1].h if tensor == "h_T" else steps[-1].c

    return lambda ask, case, tensor: answer(case, tensor)


def _cell(cell: Callable[[Array, Array, Array, Array, Array], Array]) -> Mistaken:
    return _ahead(cell=cell)


def _shown(shown: Callable[[Array, Array, Array], Array]) -> Mistaken:
    return _ahead(shown=shown)


def _starts_swapped(case: Case) -> Case | None:
    x, *states = case.inputs
    return replace(case, inputs=(x, *states[::-1])) if states else None


def _one_start(name: str) -> Mistaken:
    def other(case: Case) -> Case | None:
        if len(case.inputs) == 1:
            return None
        x, h0, c0 = case.inputs
        return replace(case, inputs=(x, np.zeros_like(h0), c0) if name == "h0" else (x, h0, np.zeros_like(c0)))

    return asked(other)


OUT = ("outputs", "h_T")
OTHER_END = {"h_T": "c_T", "c_T": "h_T"}
IN_FORWARD = (
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
        "The input gate and the forget gate are swapped: the rows are in the order i, f, g, o, and c = f · c + i · g.",
    ),
    mistake(
        "gate-order",
        (*FORWARD, *WEIGHTS),
        tuple(map(in_order, other_orders(4))),
        "The gates' blocks of rows are taken in another order: PyTorch's order is i, f, g, o.",
    ),
    mistake(
        "gates-unit-by-unit",
        FORWARD,
        row_by_row(4),
        "The rows are split unit by unit: the first H rows are i, the next H are f, then g, then o.",
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
        "candidate-twice",
        FORWARD,
        _ahead(candidate=lambda a: np.tanh(np.tanh(a))),
        "The candidate goes through tanh twice: once is enough.",
    ),
    mistake(
        "no-candidate-tanh",
        FORWARD,
        _ahead(candidate=lambda a: a),
        "tanh is missing in the candidate g: apply it.",
    ),
    mistake(
        "forget-bias",
        FORWARD,
        (_ahead(forget_bias=1.0), _ahead(forget_bias=2.0)),
        "A constant is added to the forget gate at every step: a large forget bias belongs in the initial b_ih.",
    ),
    gates_overflow(_ahead),
    gates_clipped(_ahead),
    mistake(
        "cell-shown-raw",
        OUT,
        _shown(lambda o, c, before: o * c),
        "tanh of the cell is missing in the output: h = o · tanh(c).",
    ),
    mistake(
        "output-gate-unused",
        OUT,
        _shown(lambda o, c, before: np.tanh(c)),
        "The output gate is not used: h = o · tanh(c).",
    ),
    mistake(
        "old-cell-shown",
        OUT,
        _shown(lambda o, c, before: o * np.tanh(before)),
        "The output shows the cell before the step: h = o · tanh(c), with the new cell.",
    ),
    mistake(
        "cell-shown-otherwise",
        OUT,
        (
            _shown(lambda o, c, before: o * sigmoid(c)),
            _shown(lambda o, c, before: np.tanh(o * c)),
            _shown(lambda o, c, before: sigmoid(o * c)),
            _shown(lambda o, c, before: o + np.tanh(c)),
        ),
        "The output is put together otherwise: h = o · tanh(c).",
    ),
    mistake(
        "forget-gate-unused",
        FORWARD,
        _cell(lambda i, f, g, c, h: c + i * g),
        "The forget gate is not used: multiply the old cell by it.",
    ),
    mistake(
        "input-gate-unused",
        FORWARD,
        _cell(lambda i, f, g, c, h: f * c + g),
        "The input gate is not used: multiply the candidate by it.",
    ),
    mistake(
        "gates-coupled",
        FORWARD,
        _cell(lambda i, f, g, c, h: f * c + (1 - f) * g),
        "The candidate is multiplied by 1 - f, as in a GRU: multiply it by the input gate i.",
    ),
    mistake(
        "forget-reversed",
        FORWARD,
        _cell(lambda i, f, g, c, h: (1 - f) * c + i * g),
        "The old cell is multiplied by 1 - f: multiply it by f, the share that is kept.",
    ),
    mistake(
        "cell-squashed",
        FORWARD,
        _cell(lambda i, f, g, c, h: np.tanh(f * c + i * g)),
        "The new cell goes through tanh: only the output does. The cell is carried on as it is.",
    ),
    mistake(
        "state-in-cell",
        FORWARD,
        _cell(lambda i, f, g, c, h: f * h + i * g),
        "The forget gate multiplies the hidden state: multiply the cell by it.",
    ),
    mistake(
        "old-cell-left-out",
        FORWARD,
        _cell(lambda i, f, g, c, h: i * g),
        "The old cell is left out of the new one: c = f · c + i · g.",
    ),
    mistake(
        "cell-in-gates",
        FORWARD,
        _ahead(read=lambda h, c: c),
        "The gates read the cell: W_hh multiplies the hidden state.",
    ),
    mistake(
        "one-not-carried",
        FORWARD,
        (_ahead(carried=(False, True)), _ahead(carried=(True, False))),
        "One of the two states does not reach the next step: carry both h and c on.",
    ),
    mistake(
        "one-start-ignored",
        FORWARD,
        (_one_start("h0"), _one_start("c0")),
        "One of the two initial states is ignored: start from both, h0 and c0.",
    ),
    mistake("starts-swapped", FORWARD, asked(_starts_swapped), "h0 and c0 are swapped: the state is (h0, c0)."),
    mistake(
        "ends-swapped",
        ("h_T", "c_T"),
        lambda ask, case, tensor: ask(case)[OTHER_END[tensor]],
        "h_T and c_T are swapped: the state is (h_T, c_T).",
    ),
    mistake(
        "c-T-squashed",
        "c_T",
        lambda ask, case, tensor: np.tanh(ask(case)["c_T"]),
        "c_T is tanh of the cell: return the cell itself.",
    ),
    mistake(
        "c-T-not-last",
        "c_T",
        (of_case(lambda case: forward(case)[-1].c0), of_case(lambda case: forward(case)[0].c)),
        "c_T is the cell of another step: return the cell after the last one.",
    ),
    mistake(
        "cells-as-outputs",
        "outputs",
        of_case(lambda case: np.stack([step.c for step in forward(case)], axis=1)),
        "The cells are returned: return the hidden states.",
    ),
)
