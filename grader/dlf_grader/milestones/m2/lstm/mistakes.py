"""What people get wrong in LSTM, besides what goes wrong in any recurrent layer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from dlf_grader.instruments.case import Array, Case
from dlf_grader.instruments.mistake import Mistaken, mistake, of_case
from dlf_grader.milestones.m2.lstm.formula import GATES, Step, backward, changed, forward
from dlf_grader.milestones.m2.recurrent_mistakes import (
    BACKWARD,
    COMMON,
    FORWARD,
    SIDES,
    WEIGHTS,
    asked,
    in_order,
    on_the_way,
    other_orders,
    row_by_row,
    some_of,
)
from dlf_grader.milestones.m2.unrolled import Way, sigmoid


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


def _back(**how: Any) -> Mistaken:
    return lambda ask, case, tensor: backward(case, **how).answer()[tensor]


def _to_cell(to_cell: Callable[[Step], Array]) -> Mistaken:
    return _back(to_cell=to_cell)


def _slopes(gate: Callable[[Array], Array], candidate: Callable[[Array], Array] | None = None) -> tuple[Mistaken, ...]:
    """Another derivative of the sigmoid in one, two or all three gates; of the candidate's tanh too where given."""
    parts: dict[str, Callable[[Step], Array]] = {
        "i": lambda s: s.g * gate(s.i),
        "f": lambda s: s.c0 * gate(s.f),
        "o": lambda s: np.tanh(s.c) * gate(s.o),
    }
    always = {} if candidate is None else {"g": lambda s: s.i * candidate(s.g)}
    return tuple(_back(derivatives=changed(**chosen, **always)) for chosen in some_of(parts))


def _candidate(slope: Callable[[Array], Array]) -> Mistaken:
    return _back(derivatives=changed(g=lambda s: s.i * slope(s.g)))


def _wrapped(steps: list[Step]) -> list[Step]:
    """Backward's steps where the cell before the first one is the last."""
    return [replace(steps[0], c0=steps[-1].c), *steps[1:]]


def _renamed(order: tuple[int, ...]) -> Callable[[list[Step]], list[Step]]:
    """Backward's steps where the gates are split in another order."""
    return lambda steps: [
        replace(s, **{name: (s.i, s.f, s.g, s.o)[at] for name, at in zip(GATES, order, strict=True)}) for s in steps
    ]


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
        "The input gate and the forget gate are swapped: the rows are in the order i, f, g, o, and c = f · c + i · g.",
    ),
    mistake(
        "gate-order",
        (*FORWARD, *WEIGHTS),
        tuple(map(in_order, other_orders(4))),
        "The gates' blocks of rows are taken in another order: PyTorch's order is i, f, g, o.",
    ),
    mistake(
        "gate-order-in-backward",
        SIDES,
        tuple(form for order in other_orders(4) for form in (_back(order=order), _back(cells=_renamed(order)))),
        "backward puts the gates' gradients together in another order than forward splits them: use i, f, g, o.",
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
    mistake(
        "overflows",
        FORWARD,
        (
            _ahead(gate=lambda a: np.exp(a) / (1 + np.exp(a))),
            _ahead(candidate=lambda a: (np.exp(a) - np.exp(-a)) / (np.exp(a) + np.exp(-a))),
            _ahead(candidate=lambda a: (np.exp(2 * a) - 1) / (np.exp(2 * a) + 1)),
            _ahead(candidate=lambda a: (1 - np.exp(-2 * a)) / (1 + np.exp(-2 * a))),
        ),
        "exp overflows where a gate's sum is large, and inf / inf is nan: use np.tanh. A sigmoid is 1 / (1 + exp(−a)), "
        "or a tanh of half its argument.",
    ),
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
    mistake(
        "dh-T-ignored",
        BACKWARD,
        on_the_way(end=(False, True)),
        "dL_dh_T is ignored: the last hidden state is returned twice, so add both gradients.",
    ),
    mistake(
        "dc-T-ignored",
        BACKWARD,
        on_the_way(end=(True, False)),
        "dL_dc_T is ignored: start the cell's gradient with it.",
    ),
    mistake(
        "cell-not-sent-back",
        BACKWARD,
        (
            _back(kept=lambda s: np.zeros_like(s.f)),
            _back(cell_added=False),
            _back(cell_added=False, way=Way(end=(True, False))),
        ),
        "The cell's gradient is not passed on: the cell before gets dL_dc · f.",
    ),
    mistake(
        "cell-undimmed",
        BACKWARD,
        _back(kept=lambda s: np.ones_like(s.f)),
        "The cell's gradient is passed on without f: the old cell is multiplied by f, so its gradient is too.",
    ),
    mistake(
        "cell-passed-by-another-gate",
        BACKWARD,
        (_back(kept=lambda s: s.i), _back(kept=lambda s: s.o), _back(kept=lambda s: 1 - s.f)),
        "The cell's gradient is passed on by another factor: the old cell is multiplied by f, so its gradient is too.",
    ),
    mistake(
        "hidden-not-sent-back",
        BACKWARD,
        _back(through_h=False),
        "The hidden state's gradient is not passed on: h is an input of all four gates of the next step, through W_hh.",
    ),
    mistake(
        "shown-slope-forgotten",
        SIDES,
        _to_cell(lambda s: s.o),
        "The derivative of tanh(c) is missing between dL_dh and dL_dc: multiply by 1 - tanh(c)².",
    ),
    mistake(
        "shown-slope-wrong",
        SIDES,
        (
            _to_cell(lambda s: s.o * (1 - s.c**2)),
            _to_cell(lambda s: s.o * (1 - np.tanh(s.c))),
            _to_cell(lambda s: s.o * (1 + np.tanh(s.c) ** 2)),
            _to_cell(lambda s: s.o * np.tanh(s.c)),
            _to_cell(lambda s: s.o * (1 - np.tanh(np.tanh(s.c)) ** 2)),
            _to_cell(lambda s: s.o * (1 - s.h**2)),
        ),
        "The derivative of tanh(c) is wrong between dL_dh and dL_dc: it is 1 - tanh(c)².",
    ),
    mistake(
        "shown-slope-one-early",
        SIDES,
        (
            _to_cell(lambda s: s.o * (1 - np.tanh(s.c0) ** 2)),
            _back(cells=lambda steps: [replace(s, c=s.c0) for s in steps]),
        ),
        "backward takes tanh of the cell before the step: forward shows the cell after it.",
    ),
    mistake(
        "output-gate-forgotten-in-backward",
        SIDES,
        _to_cell(lambda s: 1 - np.tanh(s.c) ** 2),
        "The output gate is missing between dL_dh and dL_dc: h = o · tanh(c), so multiply by o.",
    ),
    mistake(
        "gate-slopes-forgotten",
        SIDES,
        _slopes(np.ones_like),
        "A sigmoid's derivative is missing: multiply by i (1 - i), and likewise for f and o.",
    ),
    mistake(
        "gate-slopes-sign",
        SIDES,
        _slopes(lambda s: s * (1 + s)),
        "A sigmoid's derivative is written with 1 + s: it is s (1 - s), for i, f and o.",
    ),
    mistake(
        "gate-slopes-of-tanh",
        SIDES,
        (*_slopes(lambda s: 1 - s**2), *_slopes(lambda s: 1 - s**2, lambda g: g * (1 - g))),
        "A gate has the derivative of tanh, 1 - s²: the sigmoid's is s (1 - s), for i, f and o.",
    ),
    mistake(
        "gate-slopes-halved",
        SIDES,
        (*_slopes(lambda s: 1 - s), *_slopes(lambda s: s)),
        "One factor of a sigmoid's derivative is missing: it is s (1 - s), for i, f and o.",
    ),
    mistake(
        "gate-slopes-at-the-output",
        SIDES,
        (*_slopes(lambda s: sigmoid(s) * (1 - sigmoid(s))), *_slopes(lambda s: s * (1 - s) * (1 - s * (1 - s)))),
        "A sigmoid's derivative is taken of the gate, which is a sigmoid already: use s (1 - s), for i, f and o.",
    ),
    mistake(
        "candidate-slope-forgotten",
        SIDES,
        _candidate(np.ones_like),
        "The derivative of the candidate's tanh is missing: multiply by 1 - g².",
    ),
    mistake(
        "candidate-slope-wrong",
        SIDES,
        (
            _candidate(lambda g: g * (1 - g)),
            _candidate(lambda g: 1 - g),
            _candidate(lambda g: 1 + g**2),
            _candidate(lambda g: 1 - np.tanh(g) ** 2),
        ),
        "The derivative of the candidate's tanh is wrong: it is 1 - g².",
    ),
    mistake(
        "cell-one-late",
        SIDES,
        _back(derivatives=changed(f=lambda s: s.c * s.f * (1 - s.f))),
        "The forget gate's gradient uses the new cell: the gate multiplies the cell before the step.",
    ),
    mistake(
        "cell-wraps-round",
        SIDES,
        _back(cells=_wrapped),
        "At step 0 the cell before is taken from the end: index −1 is the last step. Use the initial cell there.",
    ),
    mistake(
        "factors-swapped",
        SIDES,
        (
            _back(derivatives=changed(i=lambda s: s.i * s.i * (1 - s.i), g=lambda s: s.g * (1 - s.g**2))),
            _back(derivatives=changed(i=lambda s: s.i * s.i * (1 - s.i))),
            _back(derivatives=changed(g=lambda s: s.g * (1 - s.g**2))),
            _back(derivatives=changed(g=lambda s: s.f * (1 - s.g**2))),
        ),
        "The other factor of i · g is wrong in backward: i's gradient is multiplied by g, and g's by i.",
    ),
    mistake(
        "raw-cell-in-backward",
        SIDES,
        _back(derivatives=changed(o=lambda s: s.c * s.o * (1 - s.o))),
        "The output gate's gradient is multiplied by the cell: h = o · tanh(c), so multiply by tanh(c).",
    ),
    mistake(
        "output-gate-from-cell",
        SIDES,
        _back(output_from_cell=True),
        "The output gate's gradient is made of dL_dc: o multiplies tanh(c) to give h, so use dL_dh.",
    ),
    *COMMON,
)
