"""What people get wrong in LayerNorm: the formula with one thing changed."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from dlf_grader.instruments.case import Array, Case
from dlf_grader.instruments.mistake import Mistaken, mistake, of_case

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


def _divided_by(divisor: Callable[[Array, float], Array], ddof: int = 0) -> Mistaken:
    """y with another divisor of the centred x, of (variance, eps)."""

    def y(case: Case) -> Array:
        x = case.inputs[0]
        variance = (x - x.mean(axis=-1, keepdims=True)) ** 2
        variance = variance.sum(axis=-1, keepdims=True) / np.float64(x.shape[-1] - ddof)  # a single feature gives nan
        return _affine(case, (x - x.mean(axis=-1, keepdims=True)) / divisor(variance, _eps(case)))

    return of_case(y)


def _dx(*, mean: bool = True, std: bool = True, gamma: bool = True) -> Mistaken:
    """dL_dx with one of its parts left out."""

    def dx(case: Case) -> Array:
        assert case.upstream is not None
        x, x_hat = case.inputs[0], _x_hat(case)
        g = case.upstream * (case.attributes["gamma"] if gamma else 1)
        through_mean = g.mean(axis=-1, keepdims=True) if mean else 0
        through_std = x_hat * (g * x_hat).mean(axis=-1, keepdims=True) if std else 0
        answer: Array = (g - through_mean - through_std) / np.sqrt(x.var(axis=-1, keepdims=True) + _eps(case))
        return answer

    return of_case(dx)


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
        _normalised_over(lambda ndim: tuple(range(ndim - 1))),
        "Each feature is normalised over the tokens, as in batch normalisation: normalise over the last axis.",
    ),
    mistake(
        "unbiased-variance",
        "y",
        _divided_by(lambda variance, eps: np.sqrt(variance + eps), ddof=1),
        "The variance is divided by E − 1: layer normalisation divides by E.",
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
        "gamma-forgotten-in-backward",
        "dL_dx",
        _dx(gamma=False),
        "gamma is missing in backward: y is gamma times the normalised x, so multiply dL_dy by gamma.",
    ),
)
