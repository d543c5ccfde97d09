"""What people get wrong in Linear: each mistake recomputed, most often by asking PyTorch another question."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from dlf_grader.instruments.case import Case
from dlf_grader.instruments.mistakes.mistake import Ask, mistake, of_case, of_right


def _w_not_transposed(case: Case) -> Any:
    b = case.attributes["b"]
    return case.inputs[0] @ case.attributes["W"] + (0 if b is None else b)


def _with_bias_times(factor: int) -> Any:
    def answer(ask: Ask, case: Case, tensor: str) -> Any:
        b = case.attributes["b"]
        return None if b is None else ask(replace(case, attributes=case.attributes | {"b": factor * b}))["y"]

    return answer


def _upstream_ignored(ask: Ask, case: Case, tensor: str) -> Any:
    return ask(replace(case, upstream=np.ones_like(case.upstreams[0])))[tensor]


def _summed_over(axis: int | None) -> Any:
    """A dL_db, where there is a bias."""
    return of_case(lambda case: None if case.attributes["b"] is None else case.upstreams[0].sum(axis=axis))


MISTAKES = (
    mistake(
        "w-not-transposed",
        "y",
        of_case(_w_not_transposed),
        "x is multiplied by W itself: W has the shape (out, in), so multiply by its transpose.",
    ),
    mistake("bias-forgotten", "y", _with_bias_times(0), "The bias is missing: add b[o] to output o of every row."),
    mistake("bias-subtracted", "y", _with_bias_times(-1), "The bias is subtracted: add b to the weighted sums."),
    mistake(
        "relu-inside",
        "y",
        of_right(lambda y, case: np.maximum(y, 0)),
        "The layer applies a ReLU: leave it out. ReLU is a class of its own.",
    ),
    mistake(
        "w-transposed-in-backward",
        "dL_dx",
        of_case(lambda case: case.upstreams[0] @ case.attributes["W"].T),
        "dL_dy is multiplied by W transposed: forward uses Wᵀ, so backward uses W itself.",
    ),
    mistake(
        "upstream-ignored",
        ("dL_dx", "dL_dW", "dL_db"),
        _upstream_ignored,
        "dL_dy is ignored, and counts as all ones: compute every gradient of the layer from dL_dy.",
    ),
    mistake(
        "averaged-over-batch",
        ("dL_dx", "dL_dW", "dL_db"),
        of_right(lambda right, case: right / len(case.inputs[0])),
        "The gradient is averaged over the batch: do not divide by N. The loss has already averaged.",
    ),
    mistake(
        "gradient-transposed",
        "dL_dW",
        of_right(lambda right, case: right.T),
        "dL_dW is transposed: a gradient has the shape of its parameter, here (out, in).",
    ),
    mistake(
        "summed-over-outputs",
        "dL_db",
        _summed_over(1),
        "dL_db is summed along each row: b[o] is added in every row, so sum over axis 0.",
    ),
    mistake(
        "summed-over-everything",
        "dL_db",
        _summed_over(None),
        "dL_db is a single sum: each output has its own bias, so sum over the batch only.",
    ),
)
