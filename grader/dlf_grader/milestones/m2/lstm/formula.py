"""LSTM in NumPy, with parts that a mistake replaces."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from dlf_grader.instruments.case import Array, Case
from dlf_grader.milestones.m2.unrolled import Squash, Unrolled, Way, ends, parameters, sigmoid, starts, upstream


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


def forward(
    case: Case,
    gate: Squash = sigmoid,
    candidate: Squash = np.tanh,
    cell: Callable[[Array, Array, Array, Array, Array], Array] = lambda i, f, g, c, h: f * c + i * g,
    shown: Callable[[Array, Array, Array], Array] = lambda o, c, before: o * np.tanh(c),
    read: Callable[[Array, Array], Array] = lambda h, c: h,
    carried: tuple[bool, bool] = (True, True),
    forget_bias: float = 0.0,
) -> list[Step]:
    """Every step, with one thing wrong.

    Args:
        cell: the new cell, of i, f, g, the cell and the state before.
        shown: the state, of o, the cell after and before.
        read: what W_hh multiplies, of state and cell.
        carried: whether state and cell reach the next step.
        forget_bias: added to the forget gate.
    """
    x, (w, u, b, d) = case.inputs[0], parameters(case)
    h, c = start = starts(case, 2)
    steps: list[Step] = []
    for t in range(x.shape[1]):
        i, f, g, o = np.split(x[:, t] @ w.T + b + read(h, c) @ u.T + d, 4, axis=1)
        i, f, g, o = gate(i), gate(f + forget_bias), candidate(g), gate(o)
        c_next = cell(i, f, g, c, h)
        steps.append(Step(x[:, t], i, f, g, o, c, h, c_next, shown(o, c_next, c)))
        h, c = steps[-1].h if carried[0] else start[0], c_next if carried[1] else start[1]
    return steps


Derivatives = Callable[[Step], tuple[Array, Array, Array, Array]]
GATES = "ifgo"


def derivatives(s: Step) -> tuple[Array, Array, Array, Array]:
    """Derivatives of the cell by the pre-activations of i, f, g, and of the hidden state by that of o."""
    return s.g * s.i * (1 - s.i), s.c0 * s.f * (1 - s.f), s.i * (1 - s.g**2), np.tanh(s.c) * s.o * (1 - s.o)


def changed(**parts: Callable[[Step], Array]) -> Derivatives:
    """Those of some gates taken otherwise."""
    return lambda s: tuple(  # type: ignore[return-value]  # four, as `derivatives` gives
        parts[name](s) if name in parts else right for name, right in zip(GATES, derivatives(s), strict=True)
    )


def backward(
    case: Case,
    derivatives: Derivatives = derivatives,
    to_cell: Callable[[Step], Array] = lambda s: s.o * (1 - np.tanh(s.c) ** 2),
    kept: Callable[[Step], Array] = lambda s: s.f,
    through_h: bool = True,
    cell_added: bool = True,
    output_from_cell: bool = False,
    order: tuple[int, ...] = (0, 1, 2, 3),
    way: Way = Way(),  # noqa: B008  # frozen
    cells: Callable[[list[Step]], list[Step]] = list,
) -> Unrolled:
    """Gradients with one thing wrong.

    Args:
        to_cell: by what dL_dh reaches the cell.
        kept: by what a cell's gradient reaches the cell before.
        through_h: whether a state's gradient reaches the step before.
        cell_added: whether dL_dc adds up, or is dL_dh's part only.
        output_from_cell: whether the output gate gets dL_dc instead of dL_dh.
        order: of the gates' blocks.
        cells: what backward takes for the steps.
    """
    steps, (w, u, _, _) = cells(forward(case)), parameters(case)
    end = [gradient * used for gradient, used in zip(ends(case, 2), way.end, strict=True)]
    dh, dc = end
    inside = [np.zeros((len(case.inputs[0]), len(u)))] * len(steps)
    last = len(steps) - 1
    for t in range(last, way.reached - 1, -1):
        s = steps[t]
        dh, dc = dh * way.arrives(t, last), dc * way.arrives(t, last)
        if t < last and way.end_everywhere:
            dh, dc = dh + end[0], dc + end[1]
        dh = dh + upstream(case)[:, t]
        dc = dc * cell_added + dh * to_cell(s)
        i, f, g, o = derivatives(s)
        blocks = [dc * i, dc * f, dc * g, (dc if output_from_cell else dh) * o]
        inside[t] = np.concatenate([blocks[at] for at in order], axis=1)
        dh, dc = way.passed(inside[t] @ u) * (through_h or t == 0), dc * kept(s)
    before, after = [s.h0 for s in steps], [s.h for s in steps]
    return Unrolled(case.inputs[0], (w, u), inside, inside, before, after, {"dL_dh0": dh, "dL_dc0": dc})
