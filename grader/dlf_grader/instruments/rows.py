"""Rows of a batch that are not each computed by itself: by what, and in which line."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from dlf_grader.failures import CheckFailure
from dlf_grader.instruments.case import Array
from dlf_grader.instruments.compare import close
from dlf_grader.instruments.parameters import PROBES, Inputs
from dlf_grader.instruments.places import line_where
from dlf_grader.report import Counterexample, Diagnosis
from dlf_grader.sandbox.proxy import Remote, Submission

ROWS = 5  # of a batch in which it is looked for where they meet: hardly a layer's size, and no text's, is a multiple
RTOL = 1e-4
MODE = "in evaluation mode"
ROWS_MIX = Diagnosis(
    "rows-mix",
    "Compute each row by itself: leave axis 0 as it is in every reshape, mean and softmax, and let normalisation use "
    "its running statistics.",
)
TIME_FIRST = Diagnosis(
    "batch-read-as-time", "A recurrent layer of PyTorch reads axis 0 as time. Give it batch_first=True."
)
ROW_COUNTED = Diagnosis(
    "row-counted",
    "Axis 0 is the batch: take nothing by a row's number, as table[: x.shape[0]] does. Tokens lie along axis 1.",
)
MISTAKES = (ROWS_MIX, TIME_FIRST, ROW_COUNTED)


def failure(
    submission: Submission,
    model: Remote,
    case: Counterexample,
    batch: Callable[[int], Inputs],
    ask: Callable[[Inputs], Array],
) -> CheckFailure:
    """What to say of a row that gets other logits in a batch than by itself.

    Args:
        batch: random rows of input, `ROWS` of them, others for each number.
        ask: the logits of a batch, a row each.
    """
    one, other = batch(21), batch(22)
    together = ask(one)
    beside = one
    for row in (0, ROWS - 1):  # what goes from row to row in order does not reach the first
        beside = tuple(_all_but(row, x, y) for x, y in zip(one, other, strict=True))
        if not close(ask(beside)[row], together[row], RTOL):
            break
    else:
        turned = tuple(np.roll(x, 1, axis=0) for x in one)
        if not close(ask(turned)[1], together[0], RTOL):
            alike = tuple(np.repeat(x[:1], ROWS, axis=0) for x in one)
            line = line_where("rows_part", submission, model, alike)
            return CheckFailure(
                f"a row's logits change with its place in the batch, {MODE}", case, (ROW_COUNTED,), line
            )
    line = line_where("rows_meet", submission, model, one, beside)
    text = f"a row's logits change with the other rows of the batch, {MODE}"
    return CheckFailure(text, case, (_mixing(submission, model, one),), line)


def _all_but(row: int, x: Array, y: Array) -> Array:
    """The rows of `y`, and one of `x` among them."""
    found = y.copy()
    found[row] = x[row]
    return found


def _mixing(submission: Submission, model: Remote, inputs: Inputs) -> Diagnosis:
    """Why rows mix: a recurrent layer that takes the rows for time steps, or what cannot be told apart."""
    if inputs[0].ndim == 2:
        found = submission.call(f"{PROBES}:batch_read_as_time", model, *inputs)
        if isinstance(found, list) and found:
            return TIME_FIRST
    return ROWS_MIX
