"""What people get wrong in LSTM.backward, besides what goes wrong in any recurrent layer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from dlf_grader.instruments.case import Array
from dlf_grader.instruments.mistakes.mistake import Mistaken, mistake
from dlf_grader.milestones.m2.lstm.formula import GATES, Step, backward, changed
from dlf_grader.milestones.m2.recurrent_backward import on_the_way
from dlf_grader.milestones.m2.recurrent_mistakes import BACKWARD, SIDES, other_orders, some_of
from dlf_grader.milestones.m2.unrolled import Way, sigmoid


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


IN_BACKWARD = (
    mistake(
        "gate-order-in-backward",
        SIDES,
        tuple(form for order in other_orders(4) for form in (_back(order=order), _back(cells=_renamed(order)))),
        "backward puts the gates' gradients together in another order than forward splits them: use i, f, g, o.",
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
)
