"""GRU in NumPy, with parts that a mistake replaces."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from dlf_grader.instruments.case import Array, Case
from dlf_grader.milestones.m2.unrolled import (
    Squash,
    Unrolled,
    Way,
    ends,
    hidden_size,
    parameters,
    sigmoid,
    starts,
    upstream,
)


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


# the candidate's inside, of x's side, the state, its weights and bias, the reset gate, the update gate
Inside = Callable[[Array, Array, Array, Array, Array, Array], Array]


def forward(
    case: Case,
    gate: Squash = sigmoid,
    candidate: Squash = np.tanh,
    inside: Inside = lambda a, h, u, d, r, z: a + r * (h @ u.T + d),
    mixed: Callable[[Array, Array, Array, Array], Array] = lambda z, n, h, r: (1 - z) * n + z * h,
    carried: bool = True,
) -> list[Step]:
    """Every step, with one thing wrong.

    Args:
        mixed: the new state, of z, n, the state before, r.
        carried: whether the state reaches the next step.
    """
    x, (w, u, b, d), size = case.inputs[0], parameters(case), hidden_size(case)
    h = start = starts(case, 1)[0]
    steps: list[Step] = []
    for t in range(x.shape[1]):
        a, e = x[:, t] @ w.T + b, h @ u.T + d
        r, z = np.split(gate(a[:, : 2 * size] + e[:, : 2 * size]), 2, axis=1)
        n = candidate(inside(a[:, 2 * size :], h, u[2 * size :], d[2 * size :], r, z))
        steps.append(Step(x[:, t], r, z, n, e[:, 2 * size :], h, mixed(z, n, h, r)))
        h = steps[-1].h if carried else start
    return steps


Derivatives = Callable[[Step], tuple[Array, Array, Array]]
GATES = "rzn"


def derivatives(s: Step) -> tuple[Array, Array, Array]:
    """Derivatives of the state after the step by the pre-activations of r, z and n."""
    n = (1 - s.z) * (1 - s.n**2)
    return n * s.q * s.r * (1 - s.r), (s.h0 - s.n) * s.z * (1 - s.z), n


def changed(**parts: Callable[[Step], Array]) -> Derivatives:
    """Those of some blocks taken otherwise."""
    return lambda s: tuple(  # type: ignore[return-value]  # three, as `derivatives` gives
        parts[name](s) if name in parts else right for name, right in zip(GATES, derivatives(s), strict=True)
    )


def backward(
    case: Case,
    derivatives: Derivatives = derivatives,
    kept: Callable[[Step], Array] = lambda s: s.z,
    reset: Callable[[Step], Array] = lambda s: s.r,
    product: bool = True,
    order: tuple[int, ...] = (0, 1, 2),
    way: Way = Way(),  # noqa: B008  # frozen
    states: Callable[[list[Step]], list[Step]] = list,
) -> Unrolled:
    """Gradients with one thing wrong.

    Args:
        kept: by what a state's gradient reaches the state before directly.
        reset: by what the candidate's gradient reaches its hidden product.
        product: whether a gradient goes through W_hh.
        order: of the three blocks.
        states: what backward takes for the steps.
    """
    steps, (w, u, _, _) = states(forward(case)), parameters(case)
    end = ends(case, 1)[0] * way.end[0]
    nothing = np.zeros((len(case.inputs[0]), len(u)))
    dh, x_sides, h_sides = end, [nothing] * len(steps), [nothing] * len(steps)
    last = len(steps) - 1
    for t in range(last, way.reached - 1, -1):
        s = steps[t]
        dh = upstream(case)[:, t] + dh * way.arrives(t, last)
        dh = dh + (end if way.end_everywhere and t < last else 0)
        r, z, n = derivatives(s)
        x_blocks, h_blocks = (dh * r, dh * z, dh * n), (dh * r, dh * z, dh * n * reset(s))
        x_sides[t], h_sides[t] = (np.concatenate([side[at] for at in order], axis=1) for side in (x_blocks, h_blocks))
        dh = way.passed(dh * kept(s) + h_sides[t] @ u * product)
    before, after = [s.h0 for s in steps], [s.h for s in steps]
    return Unrolled(case.inputs[0], (w, u), x_sides, h_sides, before, after, {"dL_dh0": dh})
