"""What people get wrong in GRU.forward, besides what goes wrong in any recurrent layer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from dlf_grader.instruments.case import Array, Case
from dlf_grader.instruments.mistakes.mistake import Mistaken, mistake
from dlf_grader.milestones.m2.gru.formula import Inside, forward
from dlf_grader.milestones.m2.recurrent_mistakes import (
    FORWARD,
    WEIGHTS,
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
        return np.stack([step.h for step in steps], axis=1) if tensor == "outputs" else steps[-1].h

    return lambda ask, case, tensor: answer(case, tensor)


def _inside(inside: Inside) -> Mistaken:
    return _ahead(inside=inside)


def _mixed(mixed: Callable[[Array, Array, Array, Array], Array]) -> Mistaken:
    return _ahead(mixed=mixed)


IN_FORWARD = (
    mistake(
        "order-zrn",
        (*FORWARD, *WEIGHTS),
        in_order((1, 0, 2)),
        "The reset gate and the update gate are swapped: the order of the rows is r, z, n.",
    ),
    mistake(
        "block-order",
        (*FORWARD, *WEIGHTS),
        tuple(map(in_order, other_orders(3))),
        "The three blocks of rows are taken in another order: PyTorch's order is r, z, n.",
    ),
    mistake(
        "blocks-unit-by-unit",
        FORWARD,
        row_by_row(3),
        "The rows are split unit by unit: the first H rows are r, the next H are z, the last H are n.",
    ),
    mistake(
        "reset-before-product",
        FORWARD,
        (
            _inside(lambda a, h, u, d, r, z: a + (r * h) @ u.T + d),
            _inside(lambda a, h, u, d, r, z: a + (r * h) @ u.T + r * d),
            _inside(lambda a, h, u, d, r, z: a + (r * h) @ u.T),
        ),
        "The reset gate multiplies the state. As in PyTorch, multiply the hidden product, its bias included.",
    ),
    mistake(
        "bias-not-reset",
        FORWARD,
        _inside(lambda a, h, u, d, r, z: a + r * (h @ u.T) + d),
        "The candidate's b_hh is added outside the reset gate: r multiplies the product and its bias together.",
    ),
    mistake(
        "reset-unused",
        FORWARD,
        _inside(lambda a, h, u, d, r, z: a + h @ u.T + d),
        "The reset gate is not used: multiply the candidate's hidden product by it.",
    ),
    mistake(
        "reset-reversed",
        FORWARD,
        _inside(lambda a, h, u, d, r, z: a + (1 - r) * (h @ u.T + d)),
        "The candidate's hidden product is multiplied by 1 - r: multiply it by r.",
    ),
    mistake(
        "reset-by-update-gate",
        FORWARD,
        _inside(lambda a, h, u, d, r, z: a + z * (h @ u.T + d)),
        "The update gate multiplies the candidate's hidden product: multiply it by the reset gate r.",
    ),
    mistake(
        "all-reset",
        FORWARD,
        _inside(lambda a, h, u, d, r, z: r * (a + h @ u.T + d)),
        "The reset gate multiplies x's part too: multiply the hidden product only.",
    ),
    mistake(
        "update-reversed",
        FORWARD,
        _mixed(lambda z, n, h, r: z * n + (1 - z) * h),
        "z and 1 - z are swapped: z is the share of the old state that is kept.",
    ),
    mistake(
        "shares-of-more-than-one",
        FORWARD,
        (
            _mixed(lambda z, n, h, r: n + z * h),
            _mixed(lambda z, n, h, r: (1 - z) * n + h),
            _mixed(lambda z, n, h, r: z * n + z * h),
        ),
        "The shares of candidate and old state do not add up to 1: the new state is (1 - z) · n + z · h.",
    ),
    mistake(
        "update-unused",
        FORWARD,
        _mixed(lambda z, n, h, r: n),
        "The update gate is not used: the new state is (1 - z) · n + z · h.",
    ),
    mistake(
        "kept-part-reset",
        FORWARD,
        _mixed(lambda z, n, h, r: (1 - z) * n + z * r * h),
        "The kept part of the state is multiplied by r: the reset gate acts in the candidate only.",
    ),
    mistake(
        "sigmoid-candidate",
        FORWARD,
        _ahead(candidate=sigmoid),
        "The candidate n goes through a sigmoid: it may have either sign, so use tanh.",
    ),
    mistake(
        "no-candidate-tanh",
        FORWARD,
        (_ahead(candidate=lambda a: a), _ahead(candidate=lambda a: np.maximum(a, 0))),
        "The candidate n does not go through tanh: apply it.",
    ),
    mistake(
        "tanh-gates",
        FORWARD,
        _ahead(gate=np.tanh),
        "The gates r and z go through tanh: a gate is between 0 and 1, so use a sigmoid.",
    ),
    gates_overflow(_ahead),
    gates_clipped(_ahead),
)
