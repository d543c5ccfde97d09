"""What people get wrong in Embedding."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from dlf_grader.instruments.case import Array, Case
from dlf_grader.instruments.mistakes.mistake import Mistaken, mistake, of_case, of_right
from dlf_grader.milestones.m2.unrolled import upstream


def _collected(case: Case, how: Callable[[Array, Array, Array], None]) -> Array:
    w: Array = np.zeros_like(case.attributes["W"])
    how(w, case.inputs[0].ravel(), upstream(case).reshape(-1, w.shape[1]))
    return w


def _overwritten(w: Array, ids: Array, rows: Array) -> None:
    w[ids] = rows


def _first_only(w: Array, ids: Array, rows: Array) -> None:
    w[ids[::-1]] = rows[::-1]


def _averaged(w: Array, ids: Array, rows: Array) -> None:
    np.add.at(w, ids, rows)
    w /= np.maximum(np.bincount(ids, minlength=len(w)), 1)[:, None]


def _with(how: Callable[[Array, Array, Array], None]) -> Mistaken:
    return of_case(lambda case: _collected(case, how))


def _sample_by_sample(case: Case) -> Array:
    """What += adds for an id that occurs twice in one sample."""
    w: Array = np.zeros_like(case.attributes["W"])
    for ids, rows in zip(case.inputs[0], upstream(case), strict=True):
        w[ids] += rows
    return w


def _without_first(w: Array, case: Case) -> Array:
    return w * (np.arange(len(w)) > 0)[:, None]


MISTAKES = (
    mistake(
        "one-late",
        "y",
        of_case(lambda case: case.attributes["W"][case.inputs[0] - 1]),
        "ids are counted from 1: id 0 is the first row of W.",
    ),
    mistake(
        "transposed-table",
        "y",
        of_right(lambda y, case: y.swapaxes(0, 1)),
        "Positions and samples are swapped: y[n, t] is the row of ids[n, t].",
    ),
    mistake(
        "id-0-left-out",
        "y",
        of_right(lambda y, case: y * (case.inputs[0] > 0)[..., None]),
        "Id 0 gives zeros: it is not padding here, but an id like any other.",
    ),
    mistake(
        "id-0-left-out-in-backward",
        "dL_dW",
        of_right(_without_first),
        "Row 0 gets no gradient: id 0 is not padding here, but an id like any other.",
    ),
    mistake(
        "scaled-by-root-of-D",
        "y",
        of_right(lambda y, case: y * np.sqrt(y.shape[-1])),
        "The rows are multiplied by √D, as a Transformer does: look them up as they are.",
    ),
    mistake(
        "repeats-overwritten",
        "dL_dW",
        (_with(_overwritten), _with(_first_only), of_case(_sample_by_sample)),
        "Of an id that occurs twice, only one gradient is left: add them up (np.add.at does).",
    ),
    mistake(
        "repeats-averaged",
        "dL_dW",
        _with(_averaged),
        "The gradients of an id that occurs several times are averaged: add them up.",
    ),
    mistake(
        "averaged-over-batch",
        "dL_dW",
        of_right(lambda gradient, case: gradient / len(case.inputs[0])),
        "The gradient is averaged over the batch: sum it. The loss has already averaged.",
    ),
)
