"""What people get wrong in LayerNorm.forward: the formula with one thing changed."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from dlf_grader.instruments.case import Array, Case
from dlf_grader.instruments.mistakes.defaults import wrong_defaults
from dlf_grader.instruments.mistakes.mistake import Mistaken, mistake, of_case

Axes = int | tuple[int, ...]


def eps_of(case: Case) -> float:
    """Added to the variance of a case."""
    return float(case.init.get("eps", 1e-5))


def affine(case: Case, x_hat: Array) -> Array:
    """Normalised x, scaled and shifted."""
    y: Array = case.attributes["gamma"] * x_hat + case.attributes["beta"]
    return y


def normalised(case: Case, axes: Axes = -1) -> Array:
    """x of mean 0 and variance 1 over the axes."""
    x = case.inputs[0]
    x_hat: Array = (x - x.mean(axis=axes, keepdims=True)) / np.sqrt(x.var(axis=axes, keepdims=True) + eps_of(case))
    return x_hat


def _normalised_over(axes: Callable[[int], Axes]) -> Mistaken:
    """y with the statistics of other axes, given the number of axes of x."""
    return of_case(lambda case: affine(case, normalised(case, axes(case.inputs[0].ndim))))


def _divided_by(divisor: Callable[[Array, float], Array], ddof: int = 0, fewest: int = 0) -> Mistaken:
    """y with another divisor of the centred x, of (variance, eps); a single feature gives nan if `fewest` is 0."""

    def y(case: Case) -> Array:
        x = case.inputs[0]
        variance = (x - x.mean(axis=-1, keepdims=True)) ** 2
        variance = variance.sum(axis=-1, keepdims=True) / np.float64(max(x.shape[-1] - ddof, fewest))
        return affine(case, (x - x.mean(axis=-1, keepdims=True)) / divisor(variance, eps_of(case)))

    return of_case(y)


def _around_zero(*, centred: bool) -> Mistaken:
    """y with the mean of squares in place of the variance, as RMSNorm has it."""

    def y(case: Case) -> Array:
        x = case.inputs[0]
        numerator = x - x.mean(axis=-1, keepdims=True) if centred else x
        return affine(case, numerator / np.sqrt((x**2).mean(axis=-1, keepdims=True) + eps_of(case)))

    return of_case(y)


def _not_centred(case: Case) -> Array:
    x = case.inputs[0]
    return affine(case, x / np.sqrt(x.var(axis=-1, keepdims=True) + eps_of(case)))


def _without_keepdims(case: Case) -> Array:
    """Statistics of the last axis that broadcast along it; nobody can have that where no sizes agree."""
    x = case.inputs[0]
    return affine(case, (x - x.mean(axis=-1)) / np.sqrt(x.var(axis=-1) + eps_of(case)))


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
        "variance-around-zero",
        "y",
        (_around_zero(centred=True), _around_zero(centred=False)),
        "The variance is taken around 0, as in RMSNorm: it is the mean square of x minus its mean.",
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
        of_case(lambda case: case.attributes["gamma"] * (normalised(case) + case.attributes["beta"])),
        "beta is added before the product with gamma: multiply first, then add.",
    ),
    mistake(
        "gamma-from-one",
        "y",
        of_case(lambda case: affine(case, normalised(case)) + normalised(case)),
        "The scale is 1 + gamma: gamma starts at one, so multiply by gamma itself.",
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
        of_case(normalised),
        "gamma and beta are missing: scale the normalised x by gamma, then shift it by beta.",
    ),
)
