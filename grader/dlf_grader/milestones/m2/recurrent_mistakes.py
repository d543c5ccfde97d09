"""What people get wrong in any recurrent layer: other questions asked of PyTorch, or a part of the formula changed."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from dlf_grader.instruments.case import Answer, Array, Case
from dlf_grader.instruments.mistake import Ask, Mistaken, mistake, of_right
from dlf_grader.milestones.m2.gru import formula as gru
from dlf_grader.milestones.m2.lstm import formula as lstm
from dlf_grader.milestones.m2.rnn import formula as rnn
from dlf_grader.milestones.m2.unrolled import PARAMETERS, Unrolled, Way, hidden_size, with_attributes

FORWARD = ("outputs", "h_T", "c_T")
INPUTS = ("dL_dx", "dL_dh0", "dL_dc0")
WEIGHTS = tuple(f"dL_d{name}" for name in PARAMETERS)
BACKWARD = (*INPUTS, *WEIGHTS)
SIDES = ("dL_dx", "dL_dW_ih")  # where a wrong gradient inside a step shows first
Part = Callable[[Any], Array]
CUTS = (5, 8, 10, 12, 16, 20, 25, 30, 32, 35, 40, 50, 64)  # after which people truncate
LIMITS = (0.01, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 15.0, 50.0, 100.0)  # to which people clip


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


# -- backward ---------------------------------------------------------------------------------------


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


COMMON = (
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
        "The gradient is divided among the two biases: each is added in full, so each gets the whole gradient.",
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
