"""What people get wrong in the backward of any recurrent layer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from dlf_grader.instruments.case import Answer, Array, Case
from dlf_grader.instruments.mistakes.mistake import Ask, Mistaken, mistake, of_right
from dlf_grader.milestones.m2.gru import formula as gru
from dlf_grader.milestones.m2.lstm import formula as lstm
from dlf_grader.milestones.m2.recurrent_mistakes import BACKWARD, SIDES, WEIGHTS, asked
from dlf_grader.milestones.m2.rnn import formula as rnn
from dlf_grader.milestones.m2.unrolled import Unrolled, Way, hidden_size

CUTS = (5, 8, 10, 12, 16, 20, 25, 30, 32, 35, 40, 50, 64)  # after which people truncate
LIMITS = (0.01, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 15.0, 50.0, 100.0)  # to which people clip


def unrolled(case: Case, way: Way) -> Unrolled:
    """The case's backward pass, whichever layer it is of."""
    match len(case.attributes["b_ih"]) // hidden_size(case):
        case 1:
            return rnn.backward(case, way=way)
        case 3:
            return gru.backward(case, way=way)
        case _:
            return lstm.backward(case, way=way)


def on_the_way(**how: Any) -> Mistaken:
    """Gradients travel otherwise from step to step."""
    return lambda ask, case, tensor: unrolled(case, Way(**how)).answer()[tensor]


def _of_steps(which: int) -> Mistaken:
    return lambda ask, case, tensor: unrolled(case, Way()).answer([which])[tensor]


def _from_second(ask: Ask, case: Case, tensor: str) -> Any:
    found = unrolled(case, Way())
    return found.answer(range(1, found.steps))[tensor] if found.steps > 1 else np.zeros_like(ask(case)[tensor])


def states_used(chosen: Callable[[Unrolled], Sequence[Array]]) -> Mistaken:
    """dL_dW_hh with other states than those before each step."""

    def answer(ask: Ask, case: Case, tensor: str) -> Any:
        found = unrolled(case, Way())
        return replace(found, before=chosen(found)).answer()[tensor]

    return answer


def _rows_misaligned(ask: Ask, case: Case, tensor: str) -> Any:
    """Gradients time first, x or states sample first, or the reverse."""
    found = unrolled(case, Way())
    sides, things = (
        (found.x_sides, found.x.swapaxes(0, 1)) if tensor == "dL_dW_ih" else (found.h_sides, np.stack(found.before))
    )
    rows = np.stack(sides).reshape(-1, sides[0].shape[1])
    return rows.T @ things.swapaxes(0, 1).reshape(len(rows), -1)


def _last_output_only(case: Case) -> Case:
    assert case.upstream is not None
    last = np.zeros_like(case.upstream)
    last[:, -1] = case.upstream[:, -1]
    return replace(case, upstream=last)


def _each_clipped(limit: float) -> Mistaken:
    return of_right(lambda gradient, case: np.clip(gradient, -limit, limit))


def _together_clipped(limit: float, names: Sequence[str]) -> Mistaken:
    def answer(ask: Ask, case: Case, tensor: str) -> Any:
        right: Answer = ask(case)
        norm = np.sqrt(sum(np.sum(right[name] ** 2) for name in names or [tensor]))
        return right[tensor] * min(1.0, limit / norm)

    return answer


def _clipped() -> tuple[Mistaken, ...]:
    """Each element, the weights' gradients together, each by itself, or what passes from step to step."""
    return tuple(
        form
        for limit in LIMITS
        for form in (
            _each_clipped(limit),
            _together_clipped(limit, WEIGHTS),
            _together_clipped(limit, ()),
            lambda ask, case, tensor, limit=limit: unrolled(
                case, Way(passed=lambda dh: np.clip(dh, -limit, limit))
            ).answer()[tensor],
        )
    )


IN_BACKWARD = (
    mistake(
        "end-ignored",
        SIDES,
        on_the_way(end=(False, False)),
        "The gradient of the final state is ignored: add it to the last step's gradient.",
    ),
    mistake(
        "end-everywhere",
        SIDES,
        on_the_way(end_everywhere=True),
        "The final state's gradient is added at every step: the final state is the last step's only. Start with it.",
    ),
    mistake(
        "last-output-only",
        SIDES,
        asked(_last_output_only),
        "Only the last output's gradient is used: add dL_doutputs[:, t] at every step.",
    ),
    mistake(
        "not-sent-back",
        SIDES,
        (on_the_way(carried=False), on_the_way(carried=False, end=(False, False))),
        "No gradient passes from a step to the one before: a state is an input of the next step, so pass it on.",
    ),
    mistake(
        "first-step-not-reached",
        "dL_dx",
        on_the_way(reached=1),
        "The loop stops before step 0: go from the last step to the first, reversed(range(T)).",
    ),
    mistake(
        "cut-off",
        SIDES,
        tuple(on_the_way(cut=cut) for cut in CUTS),
        "The gradient is cut off after some steps: send it back through all of them, however many there are.",
    ),
    mistake(
        "clipped-in-backward",
        BACKWARD,
        _clipped(),
        "The gradients are clipped inside backward: return them whole. The training loop clips them, by their norm.",
    ),
    mistake(
        "first-step-only",
        WEIGHTS,
        _of_steps(0),
        "The weights' gradient is the first step's only: add up all steps (+=).",
    ),
    mistake(
        "first-step-left-out",
        WEIGHTS,
        _from_second,
        "Step 0 is left out of the gradient: add it up down to step 0, where the state before is the initial one.",
    ),
    mistake(
        "last-step-only",
        WEIGHTS,
        _of_steps(-1),
        "The weights' gradient is the last step's only: add up all steps (+=).",
    ),
    mistake(
        "averaged-over-both",
        WEIGHTS,
        of_right(lambda gradient, case: gradient / case.inputs[0][..., 0].size),
        "The gradient is averaged over samples and time steps: sum it. Every step uses the same weights.",
    ),
    mistake(
        "averaged-over-time",
        WEIGHTS,
        of_right(lambda gradient, case: gradient / case.inputs[0].shape[1]),
        "The gradient is averaged over the time steps: sum it. Every step uses the same weights.",
    ),
    mistake(
        "averaged-over-batch",
        WEIGHTS,
        of_right(lambda gradient, case: gradient / len(case.inputs[0])),
        "The gradient is averaged over the batch: sum it. The loss has already averaged.",
    ),
    mistake(
        "bias-shared-out",
        ("dL_db_ih", "dL_db_hh"),
        of_right(lambda gradient, case: gradient / 2),
        "The bias gets half of its gradient: b_ih and b_hh are each added in full, so each gets the whole gradient.",
    ),
    mistake(
        "one-state-late",
        "dL_dW_hh",
        states_used(lambda found: found.after),
        "dL_dW_hh uses the state after each step: W_hh multiplies the state before the step.",
    ),
    mistake(
        "state-wraps-round",
        "dL_dW_hh",
        states_used(lambda found: [found.after[-1], *found.before[1:]]),
        "At step 0 the state before is taken from the end: index −1 is the last step. Use the initial state there.",
    ),
    mistake(
        "rows-misaligned",
        ("dL_dW_ih", "dL_dW_hh"),
        _rows_misaligned,
        "Gradients and inputs are flattened in different orders: put time first, or samples first, in both.",
    ),
)
