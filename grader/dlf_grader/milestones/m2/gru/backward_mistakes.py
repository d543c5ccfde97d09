"""What people get wrong in GRU.backward, besides what goes wrong in any recurrent layer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from dlf_grader.instruments.case import Array, Case
from dlf_grader.instruments.compare import close
from dlf_grader.instruments.mistakes.mistake import Ask, Mistaken, mistake
from dlf_grader.milestones.m2.gru.formula import Step, backward, changed
from dlf_grader.milestones.m2.recurrent_backward import unrolled
from dlf_grader.milestones.m2.recurrent_mistakes import BACKWARD, SIDES, other_orders, some_of
from dlf_grader.milestones.m2.unrolled import Way


def _back(**how: Any) -> Mistaken:
    return lambda ask, case, tensor: backward(case, **how).answer()[tensor]


def _slopes(gate: Callable[[Array], Array]) -> tuple[Mistaken, ...]:
    """Another derivative of the sigmoid in one or both gates."""
    parts: dict[str, Callable[[Step], Array]] = {
        "r": lambda s: (1 - s.z) * (1 - s.n**2) * s.q * gate(s.r),
        "z": lambda s: (s.h0 - s.n) * gate(s.z),
    }
    return tuple(_back(derivatives=changed(**chosen)) for chosen in some_of(parts))


def _candidate(slope: Callable[[Array], Array]) -> Mistaken:
    """Another derivative of the candidate's tanh, on the way to the reset gate too."""
    return _back(
        derivatives=changed(
            r=lambda s: (1 - s.z) * slope(s.n) * s.q * s.r * (1 - s.r), n=lambda s: (1 - s.z) * slope(s.n)
        )
    )


def _update(factor: Callable[[Step], Array]) -> Mistaken:
    return _back(derivatives=changed(z=lambda s: factor(s) * s.z * (1 - s.z)))


def _reset(factor: Callable[[Step], Array]) -> Mistaken:
    return _back(derivatives=changed(r=lambda s: factor(s) * s.r * (1 - s.r)))


def _share(share: Callable[[Step], Array]) -> Mistaken:
    """Another share of the gradient for the candidate, and for the reset gate through it."""
    return _back(
        derivatives=changed(
            r=lambda s: share(s) * (1 - s.n**2) * s.q * s.r * (1 - s.r), n=lambda s: share(s) * (1 - s.n**2)
        )
    )


def _wrapped(steps: list[Step]) -> list[Step]:
    """Backward's steps where the state before the first one is the last."""
    return [replace(steps[0], h0=steps[-1].h), *steps[1:]]


STATES_SIDE = ("dL_dW_hh", "dL_db_hh")


def _one_side(ask: Ask, case: Case, tensor: str) -> Any:
    """A parameter of the state's side with the gradient of x's side."""
    found = unrolled(case, Way())
    return replace(found, h_sides=found.x_sides).answer()[tensor]


def _one_side_in_both(ask: Ask, case: Case, tensor: str) -> Any:
    """The same, where the learner's other parameter has that gradient too."""
    yours = ask.learner(case, STATES_SIDE)
    if not all(close(yours.get(name), _one_side(ask, case, name)) for name in STATES_SIDE if name != tensor):
        raise ValueError("the other parameter has another gradient")
    return _one_side(ask, case, tensor)


IN_BACKWARD = (
    mistake(
        "block-order-in-backward",
        SIDES,
        tuple(_back(order=order) for order in other_orders(3)),
        "backward puts the three blocks' gradients together in another order than forward splits them: use r, z, n.",
    ),
    mistake(
        "kept-not-sent-back",
        BACKWARD,
        _back(kept=lambda s: np.zeros_like(s.z)),
        "The kept part of the state passes no gradient on: the state before gets dL_dh · z.",
    ),
    mistake(
        "kept-by-another-share",
        BACKWARD,
        (_back(kept=lambda s: 1 - s.z), _back(kept=lambda s: np.ones_like(s.z))),
        "The kept part of the state passes its gradient on by another factor: the state before gets dL_dh · z.",
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
        "one-side-for-both",
        STATES_SIDE,
        _one_side_in_both,
        "The state's parameters get the gradient of x's side: in n's rows the state's product is multiplied by r.",
    ),
    mistake(
        "one-side-for-W-hh",
        "dL_dW_hh",
        _one_side,
        "W_hh gets the gradient of x's side: in n's rows its product with the state is multiplied by r.",
    ),
    mistake(
        "one-side-for-b-hh",
        "dL_db_hh",
        _one_side,
        "b_hh gets the gradient of x's side: in n's rows it is added before the product with r, so multiply by r.",
    ),
    mistake(
        "update-sign",
        SIDES,
        _update(lambda s: s.n - s.h0),
        "The update gate's gradient has the wrong sign: a larger z keeps more of the old state, so use (h - n).",
    ),
    mistake(
        "update-one-part",
        SIDES,
        (_update(lambda s: s.h0), _update(lambda s: -s.n), _update(lambda s: s.n)),
        "z acts in two places, (1 - z) · n and z · h: its gradient is dL_dh · (h - n).",
    ),
    mistake(
        "update-met-the-new-state",
        SIDES,
        _update(lambda s: s.h - s.n),
        "The update gate's gradient uses the new state: z multiplies the state before the step.",
    ),
    mistake(
        "state-wraps-round-in-backward",
        SIDES,
        _back(states=_wrapped),
        "At step 0 the state before is taken from the end: index −1 is the last step. Use the initial state there.",
    ),
    mistake(
        "candidate-share",
        SIDES,
        (_share(lambda s: s.z), _share(lambda s: np.ones_like(s.z))),
        "The candidate's gradient has another share: n is multiplied by 1 - z, so its gradient is too.",
    ),
    mistake(
        "reset-met-the-state",
        SIDES,
        _reset(lambda s: (1 - s.z) * (1 - s.n**2) * s.h0),
        "The reset gate's gradient uses the state: r multiplies the hidden product, so use that.",
    ),
    mistake(
        "reset-before-tanh",
        SIDES,
        _reset(lambda s: (1 - s.z) * s.q),
        "The reset gate's gradient lacks the derivative of the candidate's tanh: r acts inside it.",
    ),
    mistake(
        "reset-gets-nothing",
        SIDES,
        _reset(lambda s: np.zeros_like(s.r)),
        "The reset gate gets no gradient: it multiplies the hidden product inside the candidate's tanh.",
    ),
    mistake(
        "gate-slopes-forgotten",
        SIDES,
        _slopes(np.ones_like),
        "A sigmoid's derivative is missing: multiply by r (1 - r), and by z (1 - z).",
    ),
    mistake(
        "gate-slopes-sign",
        SIDES,
        _slopes(lambda s: s * (1 + s)),
        "A sigmoid's derivative is written with 1 + s: it is s (1 - s), for r and z.",
    ),
    mistake(
        "gate-slopes-of-tanh",
        SIDES,
        _slopes(lambda s: 1 - s**2),
        "A gate has the derivative of tanh, 1 - s²: the sigmoid's is s (1 - s), for r and z.",
    ),
    mistake(
        "gate-slopes-halved",
        SIDES,
        (*_slopes(lambda s: 1 - s), *_slopes(lambda s: s)),
        "One factor of a sigmoid's derivative is missing: it is s (1 - s), for r and z.",
    ),
    mistake(
        "candidate-slope-forgotten",
        SIDES,
        _candidate(np.ones_like),
        "The derivative of the candidate's tanh is missing: multiply by 1 - n².",
    ),
    mistake(
        "candidate-slope-wrong",
        SIDES,
        (
            _candidate(lambda n: 1 - n),
            _candidate(lambda n: n * (1 - n)),
            _candidate(lambda n: 1 + n**2),
            _candidate(lambda n: 1 - np.tanh(n) ** 2),
        ),
        "The derivative of the candidate's tanh is wrong: it is 1 - n².",
    ),
)
