"""What people get wrong in LayerNorm: the formula with one thing changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from dlf_grader.instruments.case import Array, Case
from dlf_grader.instruments.mistakes.defaults import wrong_defaults
from dlf_grader.instruments.mistakes.mistake import Ask, Mistaken, mistake, of_case, of_right

Axes = int | tuple[int, ...]


def _eps(case: Case) -> float:
    return float(case.init.get("eps", 1e-5))


def _affine(case: Case, x_hat: Array) -> Array:
    y: Array = case.attributes["gamma"] * x_hat + case.attributes["beta"]
    return y


def _x_hat(case: Case, axes: Axes = -1) -> Array:
    x = case.inputs[0]
    x_hat: Array = (x - x.mean(axis=axes, keepdims=True)) / np.sqrt(x.var(axis=axes, keepdims=True) + _eps(case))
    return x_hat


def _normalised_over(axes: Callable[[int], Axes]) -> Mistaken:
    """y with the statistics of other axes, given the number of axes of x."""
    return of_case(lambda case: _affine(case, _x_hat(case, axes(case.inputs[0].ndim))))


def _divided_by(divisor: Callable[[Array, float], Array], ddof: int = 0, fewest: int = 0) -> Mistaken:
    """y with another divisor of the centred x, of (variance, eps); a single feature gives nan if `fewest` is 0."""

    def y(case: Case) -> Array:
        x = case.inputs[0]
        variance = (x - x.mean(axis=-1, keepdims=True)) ** 2
        variance = variance.sum(axis=-1, keepdims=True) / np.float64(max(x.shape[-1] - ddof, fewest))
        return _affine(case, (x - x.mean(axis=-1, keepdims=True)) / divisor(variance, _eps(case)))

    return of_case(y)


def _mean(terms: Array) -> Array:
    average: Array = terms.mean(axis=-1, keepdims=True)
    return average


def _sum(terms: Array) -> Array:
    total: Array = terms.sum(axis=-1, keepdims=True)
    return total


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
        x, x_hat = case.inputs[0], _x_hat(case)
        g = case.upstream * (case.attributes["gamma"] if gamma else 1)
        through_mean = first(g) if mean else 0
        through_std = x_hat * second(g * x_hat) if std else 0
        answer: Array = (g - through_mean - through_std) / np.sqrt(x.var(axis=-1, keepdims=True) + _eps(case))
        return answer

    return of_case(dx)


def _not_centred(case: Case) -> Array:
    x = case.inputs[0]
    return _affine(case, x / np.sqrt(x.var(axis=-1, keepdims=True) + _eps(case)))


def _without_keepdims(case: Case) -> Array:
    """Statistics of the last axis that broadcast along it; nobody can have that where no sizes agree."""
    x = case.inputs[0]
    return _affine(case, (x - x.mean(axis=-1)) / np.sqrt(x.var(axis=-1) + _eps(case)))


def _summed(axis: int, *, keepdims: bool = False) -> Mistaken:
    """A parameter's gradient summed over one axis, of those before the last; right where there is no other."""

    def answer(ask: Ask, case: Case, tensor: str) -> Any:
        x = case.inputs[0]
        if axis >= x.ndim - 1:
            raise ValueError("there is no such axis")
        terms = case.upstreams[0] * (_x_hat(case) if tensor == "dL_dgamma" else 1)
        return terms.sum(axis=axis, keepdims=keepdims)

    return answer


def _gamma_with(factor: Callable[[Case], Array]) -> Mistaken:
    return of_case(lambda case: (case.upstreams[0] * factor(case)).reshape(-1, case.inputs[0].shape[-1]).sum(axis=0))


MISTAKES = (
    mistake(
        "whole-sample-normalised",
        "y",
        _normalised_over(lambda ndim: tuple(range(1, ndim))),
        "All tokens of a sample are normalised together: normalise each token over its own features, the last axis.",
    ),
    mistake(
        "batch-normalised",
        "y",
        (_normalised_over(lambda ndim: tuple(range(ndim - 1))), _normalised_over(lambda ndim: 0)),
        "Each feature is normalised over samples or tokens, as in batch normalisation: normalise over the last axis.",
    ),
    mistake(
        "tokens-normalised",
        "y",
        _normalised_over(lambda ndim: 1 if ndim > 2 else ndim - 2),
        "Each feature is normalised over the tokens of its sample: normalise over the last axis.",
    ),
    mistake(
        "everything-normalised",
        "y",
        _normalised_over(lambda ndim: tuple(range(ndim))),
        "All numbers are normalised together: normalise each token over its own features, the last axis.",
    ),
    mistake(
        "mean-not-subtracted",
        "y",
        of_case(_not_centred),
        "The mean is not subtracted: x_hat = (x − mean) / √(variance + eps).",
    ),
    mistake(
        "keepdims-forgotten",
        "y",
        of_case(_without_keepdims),
        "keepdims is missing: without it each token's mean meets a feature. Pass keepdims=True to mean and variance.",
    ),
    mistake(
        "affine-order",
        "y",
        of_case(lambda case: case.attributes["gamma"] * (_x_hat(case) + case.attributes["beta"])),
        "beta is added before the product with gamma: multiply first, then add.",
    ),
    *wrong_defaults({"eps": 1e-5}, "y"),
    mistake(
        "unbiased-variance",
        "y",
        tuple(_divided_by(lambda variance, eps: np.sqrt(variance + eps), 1, fewest) for fewest in (0, 1)),
        "The variance is divided by E − 1: layer normalisation divides by E.",
    ),
    mistake(
        "annotated-transformer",
        "y",
        tuple(_divided_by(lambda variance, eps: np.sqrt(variance) + eps, 1, fewest) for fewest in (0, 1)),
        "Two things differ, as in the Annotated Transformer: the variance is divided by E − 1, and eps is outside the "
        "root. Divide by E, and add eps to the variance.",
    ),
    mistake(
        "root-twice",
        "y",
        (
            _divided_by(lambda variance, eps: np.sqrt(np.sqrt(variance) + eps)),
            _divided_by(lambda variance, eps: np.sqrt(np.sqrt(variance) + eps), ddof=1),
        ),
        "The root is taken twice: add eps to the variance, not to the standard deviation, and take one root.",
    ),
    mistake(
        "no-root-no-eps",
        "y",
        (_divided_by(lambda variance, eps: variance), _divided_by(lambda variance, eps: (variance + eps) ** 2)),
        "x is divided by a power of the variance: divide by the root of variance + eps.",
    ),
    mistake(
        "eps-forgotten",
        "y",
        _divided_by(lambda variance, eps: np.sqrt(variance)),
        "eps is missing: add it to the variance, under the root.",
    ),
    mistake(
        "eps-outside-root",
        "y",
        _divided_by(lambda variance, eps: np.sqrt(variance) + eps),
        "eps is added to the standard deviation: add it to the variance, under the root.",
    ),
    mistake(
        "root-forgotten",
        "y",
        _divided_by(lambda variance, eps: variance + eps),
        "x is divided by the variance: divide by its root.",
    ),
    mistake(
        "affine-forgotten",
        "y",
        of_case(_x_hat),
        "gamma and beta are missing: scale the normalised x by gamma, then shift it by beta.",
    ),
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
        "sums-for-means",
        "dL_dx",
        (_dx(first=_sum, second=_sum), _dx(first=_sum), _dx(second=_sum)),
        "A sum over the features is subtracted in backward where their mean belongs: divide it by E.",
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
        (_gamma_with(lambda case: case.inputs[0]), _gamma_with(lambda case: _affine(case, _x_hat(case)))),
        "dL_dgamma is made of x or y: gamma multiplies the normalised x, so use that.",
    ),
    mistake(
        "deviation-forgotten-in-backward",
        "dL_dx",
        of_right(lambda dx, case: dx * np.sqrt(case.inputs[0].var(axis=-1, keepdims=True) + _eps(case))),
        "The standard deviation is missing in backward: forward divides by it, so divide the gradient too.",
    ),
)
