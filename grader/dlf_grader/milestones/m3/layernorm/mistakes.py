"""What people get wrong in LayerNorm: the formula, or its gradient, with one thing changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from dlf_grader.instruments.case import Array, Case
from dlf_grader.instruments.mistakes.mistake import Ask, Mistaken, mistake, of_case
from dlf_grader.instruments.mistakes.normalised import Normalised, mistaken_gradient
from dlf_grader.milestones.m3.layernorm import forward_mistakes
from dlf_grader.milestones.m3.layernorm.forward_mistakes import affine, eps_of, normalised


def _mean(terms: Array) -> Array:
    average: Array = terms.mean(axis=-1, keepdims=True)
    return average


def _flat_mean(terms: Array) -> Array:
    """Without keepdims."""
    average: Array = terms.mean(axis=-1)
    return average


Average = Callable[[Array], Array]


def _dx(
    *, mean: bool = True, std: bool = True, gamma: bool = True, first: Average = _mean, second: Average = _mean
) -> Mistaken:
    """dL_dx with one of its parts left out, or with something else in place of its two means."""

    def dx(case: Case) -> Array:
        assert case.upstream is not None
        x, x_hat = case.inputs[0], normalised(case)
        g = case.upstream * (case.attributes["gamma"] if gamma else 1)
        through_mean = first(g) if mean else 0
        through_std = x_hat * second(g * x_hat) if std else 0
        answer: Array = (g - through_mean - through_std) / np.sqrt(x.var(axis=-1, keepdims=True) + eps_of(case))
        return answer

    return of_case(dx)


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


MISTAKES = (
    *forward_mistakes.MISTAKES,
    mistake(
        "deviation-constant",
        "dL_dx",
        _dx(std=False),
        "The standard deviation is treated as a constant: it depends on x, so a part of the gradient goes through it.",
    ),
    mistake(
        "mean-constant",
        "dL_dx",
        _dx(mean=False),
        "The mean is treated as a constant: it depends on x, so subtract the mean of the gradient.",
    ),
    mistake(
        "statistics-constant",
        "dL_dx",
        _dx(mean=False, std=False),
        "Mean and standard deviation are treated as constants: both depend on x, and each adds a path to the gradient.",
    ),
    mistake(
        "keepdims-forgotten-in-backward",
        "dL_dx",
        (_dx(first=_flat_mean, second=_flat_mean), _dx(first=_flat_mean), _dx(second=_flat_mean)),
        "keepdims is missing in backward: without it each token's mean meets a feature. Pass keepdims=True.",
    ),
    mistake(
        "gamma-forgotten-in-backward",
        "dL_dx",
        _dx(gamma=False),
        "gamma is missing in backward: y is gamma times the normalised x, so multiply dL_dy by gamma.",
    ),
    mistake(
        "gamma-after-the-means",
        "dL_dx",
        lambda ask, case, tensor: case.attributes["gamma"] * _dx(gamma=False)(ask, case, tensor),
        "gamma is multiplied in after the means: multiply dL_dy by gamma first, and take the means of that.",
    ),
    *mistaken_gradient(_parts, "the features (the last axis)", "E"),
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
