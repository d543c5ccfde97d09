"""What people get wrong in the forward of any recurrent layer, and what their mistakes are made with."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from dlf_grader.instruments.case import Array, Case
from dlf_grader.instruments.mistakes.mistake import Ask, Mistake, Mistaken, mistake, of_right
from dlf_grader.milestones.m2.gru import formula as gru
from dlf_grader.milestones.m2.lstm import formula as lstm
from dlf_grader.milestones.m2.rnn import formula as rnn
from dlf_grader.milestones.m2.unrolled import PARAMETERS, hidden_size, with_attributes

FORWARD = ("outputs", "h_T", "c_T")
INPUTS = ("dL_dx", "dL_dh0", "dL_dc0")
WEIGHTS = tuple(f"dL_d{name}" for name in PARAMETERS)
BACKWARD = (*INPUTS, *WEIGHTS)
SIDES = ("dL_dx", "dL_dW_ih")  # where a wrong gradient inside a step shows first
Part = Callable[[Any], Array]


def asked(changed: Callable[[Case], Case | None]) -> Mistaken:
    """PyTorch's answer to another case; no difference where that is None."""

    def answer(ask: Ask, case: Case, tensor: str) -> Any:
        other = changed(case)
        return None if other is None else ask(other)[tensor]

    return answer


def in_order(order: Sequence[int]) -> Mistaken:
    """The gates' blocks of rows taken in another order; gradients are then in that order too."""

    def answer(ask: Ask, case: Case, tensor: str) -> Array:
        h = hidden_size(case)
        rows = np.concatenate([np.arange(gate * h, (gate + 1) * h) for gate in order])
        other = with_attributes(case, **{name: case.attributes[name][rows] for name in PARAMETERS})
        found: Array = ask(other)[tensor]
        return found[np.argsort(rows)] if tensor in WEIGHTS else found

    return answer


def other_orders(gates: int) -> list[tuple[int, ...]]:
    """Every order of the gates' blocks but the right one."""
    return list(itertools.permutations(range(gates)))[1:]


def row_by_row(gates: int) -> Mistaken:
    """The gates of one unit side by side, instead of blocks."""

    def answer(case: Case) -> Case | None:
        h = hidden_size(case)
        rows = np.arange(gates * h).reshape(h, gates).T.ravel()
        if h == 1:
            return None
        return with_attributes(case, **{name: case.attributes[name][rows] for name in PARAMETERS})

    return asked(answer)


def gates_overflow(ahead: Callable[..., Mistaken]) -> Mistake:
    """The sigmoid of a gate, or the tanh of the candidate, written so that exp overflows.

    Args:
        ahead: makes the forward with another `gate` or `candidate`.
    """
    return mistake(
        "overflows",
        FORWARD,
        (
            ahead(gate=lambda a: np.exp(a) / (1 + np.exp(a))),
            ahead(candidate=lambda a: (np.exp(a) - np.exp(-a)) / (np.exp(a) + np.exp(-a))),
            ahead(candidate=lambda a: (np.exp(2 * a) - 1) / (np.exp(2 * a) + 1)),
            ahead(candidate=lambda a: (1 - np.exp(-2 * a)) / (1 + np.exp(-2 * a))),
        ),
        "exp overflows where a gate's sum is large, and inf / inf is nan: use np.tanh. A sigmoid is 1 / (1 + exp(−a)), "
        "or a tanh of half its argument.",
    )


def gates_clipped(ahead: Callable[..., Mistaken]) -> Mistake:
    """A gate's sum, limited before its sigmoid: never quite open, never quite closed."""
    return mistake(
        "gates-clipped",
        FORWARD,
        tuple(
            ahead(gate=lambda a, most=most: 1 / (1 + np.exp(-np.clip(a, -most, most))))
            for most in (5.0, 6.0, 8.0, 10.0, 12.0, 15.0, 16.0, 18.0, 20.0)
        ),
        "A gate's sum is clipped before its sigmoid, so no gate opens or closes wholly: leave it as it is. exp of a "
        "number that is not positive never overflows.",
    )


def some_of(parts: dict[str, Part]) -> list[dict[str, Part]]:
    """Every choice of at least one of the parts; the smallest first."""
    counts = range(1, len(parts) + 1)
    return [dict(chosen) for count in counts for chosen in itertools.combinations(parts.items(), count)]


# -- forward ----------------------------------------------------------------------------------------


def _without(name: str) -> Mistaken:
    return asked(lambda case: with_attributes(case, **{name: np.zeros_like(case.attributes[name])}))


def _transposed(case: Case) -> Case:
    h = hidden_size(case)
    blocks = case.attributes["W_hh"].reshape(-1, h, h).swapaxes(1, 2)
    return with_attributes(case, W_hh=blocks.reshape(-1, h).copy())


def _start_ignored(case: Case) -> Case | None:
    return replace(case, inputs=case.inputs[:1]) if len(case.inputs) > 1 else None


def _first_start_only(case: Case) -> Case | None:
    x, *states = case.inputs
    return replace(case, inputs=(x, *(np.repeat(state[:1], len(x), axis=0) for state in states))) if states else None


def _not_carried(case: Case, tensor: str) -> Any:
    match len(case.attributes["b_ih"]) // hidden_size(case):
        case 1:
            h = [rnn.forward(_one_step(case, t))[-1] for t in range(case.inputs[0].shape[1])]
            ends = {"h_T": h[-1]}
        case 3:
            h = [step.h for step in gru.forward(case, carried=False)]
            ends = {"h_T": h[-1]}
        case _:
            steps = lstm.forward(case, carried=(False, False))
            h = [step.h for step in steps]
            ends = {"h_T": h[-1], "c_T": steps[-1].c}
    return np.stack(h, axis=1) if tensor == "outputs" else ends[tensor]


def _one_step(case: Case, t: int) -> Case:
    return replace(case, inputs=(case.inputs[0][:, t : t + 1], *case.inputs[1:]))


def _mixed_up(case: Case) -> Case:
    """Steps and samples mixed: (N, T, D) is reshaped to (T, N, D) where its axes should have been swapped."""
    x = case.inputs[0]
    n, t, d = x.shape
    return replace(case, inputs=(x.reshape(t, n, d).swapaxes(0, 1).copy(), *case.inputs[1:]))


def _time_first(ask: Ask, case: Case, tensor: str) -> Any:
    """x is read as (T, N, D); a given state fits only where there are as many steps as samples, or one sample."""
    x, *states = case.inputs
    if any(len(state) not in (1, x.shape[1]) for state in states):
        raise ValueError("the state would not fit")
    given = (np.repeat(state, x.shape[1], axis=0) if len(state) == 1 else state for state in states)
    found = ask(replace(case, inputs=(x.swapaxes(0, 1).copy(), *given), upstream=None, more=()))
    return found[tensor].swapaxes(0, 1) if tensor == "outputs" else found[tensor]


def _backwards_in_time(ask: Ask, case: Case, tensor: str) -> Any:
    x = case.inputs[0]
    found = ask(replace(case, inputs=(x[:, ::-1].copy(), *case.inputs[1:])))
    return found[tensor]


def _one_late(ask: Ask, case: Case, tensor: str) -> Any:
    outputs = ask(case)["outputs"]
    start = case.inputs[1] if len(case.inputs) > 1 else np.zeros_like(outputs[:, 0])
    return np.concatenate([start[:, None], outputs[:, :-1]], axis=1)


def _last_state_everywhere(outputs: Array, case: Case) -> Array:
    return np.repeat(outputs[:, -1:], outputs.shape[1], axis=1)


def _other_state(at: int) -> Mistaken:
    """One of the states instead of the last one; counted from the initial one."""

    def answer(ask: Ask, case: Case, tensor: str) -> Any:
        outputs = ask(case)["outputs"]
        start = case.inputs[1] if len(case.inputs) > 1 else np.zeros_like(outputs[:, 0])
        states = [start, *outputs.swapaxes(0, 1)]
        return states[at]

    return answer


IN_FORWARD = (
    mistake(
        "start-ignored",
        FORWARD,
        asked(_start_ignored),
        "The initial state is ignored: start from the state that is given, and from zeros only if there is none.",
    ),
    mistake(
        "first-start-only",
        FORWARD,
        asked(_first_start_only),
        "Every sample starts from the first sample's state: each has a row of its own in the initial state.",
    ),
    mistake(
        "not-carried",
        FORWARD,
        lambda ask, case, tensor: _not_carried(case, tensor),
        "Every step starts from the same state: carry the state from each step to the next.",
    ),
    mistake(
        "b-hh-forgotten",
        FORWARD,
        _without("b_hh"),
        "b_hh is missing: there are two biases, b_ih and b_hh. Add both.",
    ),
    mistake(
        "b-ih-forgotten",
        FORWARD,
        _without("b_ih"),
        "b_ih is missing: there are two biases, b_ih and b_hh. Add both.",
    ),
    mistake(
        "W-hh-transposed",
        FORWARD,
        asked(_transposed),
        "W_hh is not transposed: row o of a block holds the weights of unit o, so multiply the states by W_hh.T.",
    ),
    mistake(
        "time-first",
        FORWARD,
        _time_first,
        "x is read as (T, N, D), PyTorch's default: here its axes are (N, T, D), samples first, then steps.",
    ),
    mistake(
        "steps-and-samples-mixed",
        FORWARD,
        asked(_mixed_up),
        "Steps and samples of x are mixed: reshape does not move axes. Swap the first two with transpose.",
    ),
    mistake(
        "read-backwards",
        FORWARD,
        _backwards_in_time,
        "x is read from its last step to its first: begin with x[:, 0].",
    ),
    mistake(
        "outputs-one-late",
        "outputs",
        _one_late,
        "outputs[:, t] is the state before step t: store the state after it.",
    ),
    mistake(
        "last-state-everywhere",
        "outputs",
        of_right(_last_state_everywhere),
        "Every output is the last state: the same array is stored at every step. Store a copy, or make a new array.",
    ),
    mistake(
        "h-T-not-last",
        "h_T",
        (_other_state(0), _other_state(1), _other_state(-2)),
        "h_T is the state of another step: return the state after the last one.",
    ),
)
