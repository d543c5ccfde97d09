"""RNN in NumPy, with parts that a mistake replaces."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from dlf_grader.instruments.case import Array, Case
from dlf_grader.milestones.m2.unrolled import Squash, Unrolled, Way, ends, parameters, starts, upstream

Joined = Callable[[Array, Array, Array], Array]  # of x's part, the state's part, the state


def forward(
    case: Case,
    squash: Squash = np.tanh,
    joined: Joined = lambda a, e, h: a + e,
    shown: Joined | None = None,
    both_biases: bool = False,
) -> list[Array]:
    """The states: the one before the first step, then the one after each.

    Args:
        shown: a state from its tanh, x's part and the state before.
        both_biases: whether x's part has both of them.
    """
    x, (w, u, b, d) = case.inputs[0], parameters(case)
    h = [starts(case, 1)[0]]
    for t in range(x.shape[1]):
        a, e = x[:, t] @ w.T + b + d * both_biases, h[-1] @ u.T + d * (not both_biases)
        y = squash(joined(a, e, h[-1]))
        h.append(y if shown is None else shown(y, a, h[-1]))
    return h


def backward(
    case: Case,
    derivative: Callable[[Array, Array], Array] = lambda h, before: 1 - h**2,
    way: Way = Way(),  # noqa: B008  # frozen
    turned: bool = False,
    skipped: bool = False,
) -> Unrolled:
    """Gradients with one thing wrong.

    Args:
        derivative: tanh's, of the state after and before a step.
        turned: whether W_hh is transposed on the way back.
        skipped: whether the derivative is missing on the way to the step before.
    """
    h, (w, u, _, _) = forward(case), parameters(case)
    last = len(h) - 2
    end = ends(case, 1)[0] * way.end[0]
    dh, inside = end, [np.zeros_like(end)] * (last + 1)
    for t in range(last, way.reached - 1, -1):
        dh = upstream(case)[:, t] + dh * way.arrives(t, last)
        dh = dh + (end if way.end_everywhere and t < last else 0)
        inside[t] = dh * derivative(h[t + 1], h[t])
        dh = way.passed((dh if skipped else inside[t]) @ (u.T if turned else u))
    return Unrolled(case.inputs[0], (w, u), inside, inside, h[:-1], h[1:], {"dL_dh0": dh})
