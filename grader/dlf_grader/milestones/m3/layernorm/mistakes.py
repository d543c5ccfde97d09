"""What people get wrong in LayerNorm: the formula, or its gradient, with one thing changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from dlf_grader.instruments.case import Array, Case
from dlf_grader.instruments.mistakes.mistake import Ask, Mistaken, mistake, of_case
from dlf_grader.instruments.mistakes.normalised import (
    STATISTICS_CONSTANT,
    WITHOUT_GAMMA,
    Normalised,
    gradient_formula,
    left_out,
    mistaken_gradient,
    without_keepdims,
)
from dlf_grader.milestones.m3.layernorm import forward_mistakes
from dlf_grader.milestones.m3.layernorm.forward_mistakes import affine, eps_of, normalised


def _parts(case: Case) -> Normalised:
    x = case.inputs[0]
    deviation = np.sqrt(x.var(axis=-1, keepdims=True) + eps_of(case))
    return Normalised(case.upstreams[0], case.attributes["gamma"], normalised(case), deviation, (x.ndim - 1,))


def _summed(axis: int, *, keepdims: bool = False) -> Mistaken:
    """A parameter's gradient summed over one axis, of those before the last; right where there is no other."""

    def answer(ask: Ask, case: Case, tensor: str) -> Any:
        x = case.inputs[0]
        if axis >= x.ndim - 1:
            raise ValueError("there is no such axis")
        terms = case.upstreams[0] * (normalised(case) if tensor == "dL_dgamma" else 1)
        return terms.sum(axis=axis, keepdims=keepdims)

    return answer


def _gamma_with(factor: Callable[[Case], Array]) -> Mistaken:
    return of_case(lambda case: (case.upstreams[0] * factor(case)).reshape(-1, case.inputs[0].shape[-1]).sum(axis=0))


GRADIENT = gradient_formula(_parts)

MISTAKES = (
    *forward_mistakes.MISTAKES,
    GRADIENT.slip(
        "deviation-constant",
        "The standard deviation is treated as a constant: it depends on x, so a part of the gradient goes through it.",
        {"second mean": left_out},
    ),
    GRADIENT.slip(
        "mean-constant",
        "The mean is treated as a constant: it depends on x, so subtract the mean of the gradient.",
        {"mean": left_out},
    ),
    GRADIENT.slip(
        "statistics-constant",
        "Mean and standard deviation are treated as constants: both depend on x, and each adds a path to the gradient.",
        STATISTICS_CONSTANT,
    ),
    GRADIENT.slip(
        "keepdims-forgotten-in-backward",
        "keepdims is missing in backward: without it each token's mean meets a feature. Pass keepdims=True.",
        {"mean": without_keepdims, "second mean": without_keepdims},
        {"mean": without_keepdims},
        {"second mean": without_keepdims},
    ),
    GRADIENT.slip(
        "gamma-forgotten-in-backward",
        "gamma is missing in backward: y is gamma times the normalised x, so multiply dL_dy by gamma.",
        WITHOUT_GAMMA,
    ),
    GRADIENT.slip(
        "gamma-after-the-means",
        "gamma is multiplied in after the means: multiply dL_dy by gamma first, and take the means of that.",
        {**WITHOUT_GAMMA, "divided": lambda total, known: known.gamma * total / known.deviation},
    ),
    *mistaken_gradient(GRADIENT, "the features (the last axis)", "E"),
    mistake(
        "summed-over-batch-only",
        ("dL_dgamma", "dL_dbeta"),
        (_summed(0), _summed(0, keepdims=True), _summed(1)),
        "The gradient is summed over one axis only: all tokens of all samples share gamma and beta, so sum over every "
        "axis but the last.",
    ),
    mistake(
        "raw-x-in-gamma",
        "dL_dgamma",
        (_gamma_with(lambda case: case.inputs[0]), _gamma_with(lambda case: affine(case, normalised(case)))),
        "dL_dgamma is made of x or y: gamma multiplies the normalised x, so use that.",
    ),
    mistake(
        "x-hat-forgotten-in-gamma",
        "dL_dgamma",
        _gamma_with(lambda case: np.ones_like(case.inputs[0])),
        "dL_dgamma is that of beta: gamma multiplies the normalised x, so multiply dL_dy by it before you sum.",
    ),
)
