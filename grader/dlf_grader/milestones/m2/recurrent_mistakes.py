"""What people get wrong in any recurrent layer: each mistake recomputed by asking PyTorch other questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from dlf_grader.instruments.case import Answer, Array, Case
from dlf_grader.instruments.mistake import Ask, Mistaken, mistake
from dlf_grader.milestones.m2.recurrent import PARAMETERS

FORWARD = ("outputs", "h_T", "c_T")
INPUTS = ("dL_dx", "dL_dh0", "dL_dc0")
WEIGHTS = tuple(f"dL_d{name}" for name in PARAMETERS)


def sigmoid(x: Array) -> Array:
    """1 / (1 + exp(-x))."""
    y: Array = 0.5 + 0.5 * np.tanh(0.5 * x)
    return y


def upstream(case: Case) -> Array:
    """The gradient of the outputs."""
    assert case.upstream is not None
    return case.upstream


def with_attributes(ask: Ask, case: Case, **changed: Array) -> Answer:
    """The answer to a case with other parameters."""
    return ask(replace(case, attributes=case.attributes | changed))


def in_order(order: Sequence[int]) -> Mistaken:
    """The gates' blocks of rows taken in another order; gradients are then in that order too."""

    def answer(ask: Ask, case: Case, tensor: str) -> Array:
        h = case.init["hidden_size"]
        rows = np.concatenate([np.arange(gate * h, (gate + 1) * h) for gate in order])
        found: Array = with_attributes(ask, case, **{name: case.attributes[name][rows] for name in PARAMETERS})[tensor]
        return found[np.argsort(rows)] if tensor in WEIGHTS else found

    return answer


def _bias_forgotten(name: str) -> Mistaken:
    def answer(ask: Ask, case: Case, tensor: str) -> Any:
        return with_attributes(ask, case, **{name: np.zeros_like(case.attributes[name])})[tensor]

    return answer


def _transposed(ask: Ask, case: Case, tensor: str) -> Any:
    h = case.init["hidden_size"]
    blocks = case.attributes["W_hh"].reshape(-1, h, h).swapaxes(1, 2)
    return with_attributes(ask, case, W_hh=blocks.reshape(-1, h).copy())[tensor]


def _start_ignored(ask: Ask, case: Case, tensor: str) -> Any:
    return ask(replace(case, inputs=case.inputs[:1]))[tensor] if len(case.inputs) > 1 else None


def _not_carried(ask: Ask, case: Case, tensor: str) -> Any:
    x = case.inputs[0]
    steps = [
        ask(replace(case, inputs=(x[:, t : t + 1].copy(), *case.inputs[1:]), upstream=upstream(case)[:, :1].copy()))
        for t in range(x.shape[1])
    ]
    return np.concatenate([step["outputs"] for step in steps], axis=1) if tensor == "outputs" else steps[-1][tensor]


def _end_ignored(ask: Ask, case: Case, tensor: str) -> Any:
    return ask(replace(case, more=()))[tensor] if case.more else None


def _last_output_only(ask: Ask, case: Case, tensor: str) -> Any:
    last = np.zeros_like(upstream(case))
    last[:, -1] = upstream(case)[:, -1]
    return ask(replace(case, upstream=last))[tensor]


def pieces(ask: Ask, case: Case, *, carried: bool = True) -> list[Answer]:
    """Each time step's own part of the gradients, which add up to the whole.

    Args:
        carried: whether a step gets the gradient of the steps after it.
    """
    x, given = case.inputs[0], upstream(case)
    names = ("h", "c") if "c_T" in ask(case) else ("h",)
    zeros = tuple(np.zeros((len(x), case.init["hidden_size"])) for _ in names)
    found: list[Answer] = []
    more = case.more or zeros
    for t in reversed(range(x.shape[1])):
        start = case.inputs[1:] or zeros
        if t:
            before = ask(replace(case, inputs=(x[:, :t].copy(), *start), upstream=given[:, :t].copy(), more=()))
            start = tuple(before[f"{name}_T"] for name in names)
        step = (x[:, t : t + 1].copy(), *start)
        found.append(ask(replace(case, inputs=step, upstream=given[:, t : t + 1].copy(), more=more)))
        more = tuple(found[-1][f"dL_d{name}0"] for name in names) if carried else zeros
    return found[::-1]


def _joined(found: Sequence[Answer], tensor: str) -> Any:
    if tensor == "dL_dx":
        return np.concatenate([piece[tensor] for piece in found], axis=1)
    return found[0][tensor] if tensor in INPUTS else sum(piece[tensor] for piece in found)


def _not_sent_back(ask: Ask, case: Case, tensor: str) -> Any:
    return _joined(pieces(ask, case, carried=False), tensor)


def _one_step(which: int) -> Mistaken:
    return lambda ask, case, tensor: pieces(ask, case)[which][tensor]


def _averaged_over_batch(ask: Ask, case: Case, tensor: str) -> Any:
    return ask(case)[tensor] / len(case.inputs[0])


def _averaged_over_time(ask: Ask, case: Case, tensor: str) -> Any:
    return ask(case)[tensor] / case.inputs[0].shape[1]


def _halved(ask: Ask, case: Case, tensor: str) -> Any:
    return ask(case)[tensor] / 2


def _one_state_late(ask: Ask, case: Case, tensor: str) -> Any:
    """dL_dW_hh with the state after each step, one sample and one step at a time."""
    total = np.zeros_like(case.attributes["W_hh"])
    for n in range(len(case.inputs[0])):
        one = replace(
            case,
            inputs=tuple(array[n : n + 1].copy() for array in case.inputs),
            upstream=upstream(case)[n : n + 1].copy(),
            more=tuple(array[n : n + 1].copy() for array in case.more),
        )
        for piece in pieces(ask, one):
            total += np.outer(piece["dL_db_hh"], piece["h_T"])
    return total


COMMON = (
    mistake(
        "start-ignored",
        FORWARD,
        _start_ignored,
        "The initial state is ignored: start from the state that is given, and from zeros only if there is none.",
    ),
    mistake(
        "not-carried",
        FORWARD,
        _not_carried,
        "Every step starts from the same state: carry the state from each step to the next.",
    ),
    mistake(
        "b-hh-forgotten",
        FORWARD,
        _bias_forgotten("b_hh"),
        "b_hh is missing: there are two biases, b_ih and b_hh. Add both.",
    ),
    mistake(
        "b-ih-forgotten",
        FORWARD,
        _bias_forgotten("b_ih"),
        "b_ih is missing: there are two biases, b_ih and b_hh. Add both.",
    ),
    mistake(
        "W-hh-transposed",
        FORWARD,
        _transposed,
        "W_hh is not transposed: row o of a block holds the weights of unit o, so multiply the states by W_hh.T.",
    ),
    mistake(
        "end-ignored",
        (*INPUTS, *WEIGHTS),
        _end_ignored,
        "The gradient of the final state is ignored: add it to the last step's gradient.",
    ),
    mistake(
        "last-output-only",
        (*INPUTS, *WEIGHTS),
        _last_output_only,
        "Only the last output's gradient is used: add dL_doutputs[:, t] at every step.",
    ),
    mistake(
        "not-sent-back",
        (*INPUTS, *WEIGHTS),
        _not_sent_back,
        "No gradient passes from a step to the one before: a state is an input of the next step, so pass it on.",
    ),
    mistake(
        "first-step-only",
        WEIGHTS,
        _one_step(0),
        "The weights' gradient is the first step's only: add up all steps (+=).",
    ),
    mistake(
        "last-step-only",
        WEIGHTS,
        _one_step(-1),
        "The weights' gradient is the last step's only: add up all steps (+=).",
    ),
    mistake(
        "averaged-over-time",
        WEIGHTS,
        _averaged_over_time,
        "The gradient is averaged over the time steps: sum it. Every step uses the same weights.",
    ),
    mistake(
        "averaged-over-batch",
        WEIGHTS,
        _averaged_over_batch,
        "The gradient is averaged over the batch: sum it. The loss has already averaged.",
    ),
    mistake(
        "bias-shared-out",
        ("dL_db_ih", "dL_db_hh"),
        _halved,
        "The gradient is divided among the two biases: each is added in full, so each gets the whole gradient.",
    ),
    mistake(
        "one-state-late",
        ("dL_dW_hh",),
        _one_state_late,
        "dL_dW_hh uses the state after each step: W_hh multiplies the state before the step.",
    ),
)
