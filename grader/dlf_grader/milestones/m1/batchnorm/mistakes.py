"""What people get wrong in BatchNorm2d: each mistake is the formula with one thing changed."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

import numpy as np

from dlf_grader.instruments.case import Array, Case
from dlf_grader.instruments.mistakes.defaults import wrong_defaults
from dlf_grader.instruments.mistakes.mistake import Ask, Mistaken, mistake, of_case
from dlf_grader.instruments.mistakes.normalised import (
    STATISTICS_CONSTANT,
    WITHOUT_GAMMA,
    Normalised,
    gradient_formula,
    left_out,
    mistaken_gradient,
)
from dlf_grader.milestones.m1.batchnorm import forward_mistakes
from dlf_grader.milestones.m1.batchnorm.statistics import (
    PER_CHANNEL,
    Moments,
    column,
    moments,
    momentum_of,
    running,
    standard_deviation,
    updated,
    upstream_of,
    x_of,
)


def _normalised(case: Case, taken: Callable[[Case], Moments]) -> Normalised:
    mean_and_var = taken(case)
    deviation = standard_deviation(case, mean_and_var[1])
    return Normalised(upstream_of(case), column(case, "gamma"), _x_hat(case, mean_and_var), deviation, PER_CHANNEL)


def _x_hat(case: Case, taken: Moments) -> Array:
    x_hat: Array = (x_of(case) - taken[0]) / standard_deviation(case, taken[1])
    return x_hat


def _of_gamma(case: Case, factor: Array, axes: tuple[int, ...] = PER_CHANNEL) -> Array:
    gradient: Array = (upstream_of(case) * factor).sum(axis=axes)
    return gradient


def _of_parameter(case: Case, tensor: str, taken: Moments, axes: tuple[int, ...] = PER_CHANNEL) -> Array:
    """The gradient of gamma or beta, summed over some axes."""
    x_hat = _x_hat(case, taken)
    return _of_gamma(case, x_hat if tensor == "dL_dgamma" else np.ones_like(x_hat), axes)


def _averaged(case: Case, tensor: str, taken: Moments, axes: tuple[int, ...]) -> Array:
    """A parameter's gradient, divided by the size of some axes."""
    gradient: Array = _of_parameter(case, tensor, taken) / math.prod(x_of(case).shape[axis] for axis in axes)
    return gradient


def _summed_over(ask: Ask, case: Case, tensor: str, axes: tuple[int, ...]) -> Array:
    return _of_parameter(case, tensor, moments(case), axes)


def _deviation_kept(ddof: int, *, eps: bool) -> Mistaken:
    return lambda ask, case, tensor: updated(case, tensor, ddof=ddof, deviation=True, eps=eps)


GRADIENT = gradient_formula(partial(_normalised, taken=moments))
OF_RUNNING = gradient_formula(partial(_normalised, taken=running))  # as in training, with the running statistics

GAMMA_IN_BACKWARD = "gamma is missing in dL_dx: forward multiplies by gamma, so the gradient is multiplied by it too."
OF_X = "dL_dgamma is the sum of dL_dy · x: gamma multiplies the normalised x, so sum dL_dy · x̂."

IN_TRAINING = (
    *forward_mistakes.IN_TRAINING,
    *wrong_defaults({"eps": 1e-5}, "y"),
    *wrong_defaults({"momentum": 0.1}, "running_mean"),
    mistake(
        "momentum-reversed",
        ("running_mean", "running_var"),
        lambda ask, case, tensor: updated(case, tensor, share=1 - momentum_of(case)),
        "momentum weights the old value here. As in PyTorch, it is the weight of the newest batch.",
    ),
    mistake(
        "biased-running-var",
        ("running_var",),
        lambda ask, case, tensor: updated(case, tensor, ddof=0),
        "running_var uses the variance divided by m: it estimates the variance of all images, so divide by m - 1.",
    ),
    mistake(
        "running-not-updated",
        ("running_mean", "running_var"),
        lambda ask, case, tensor: case.attributes[tensor],
        "The running statistics did not change: in training, forward moves them towards the batch's.",
    ),
    mistake(
        "running-replaced",
        ("running_mean", "running_var"),
        lambda ask, case, tensor: updated(case, tensor, share=1.0),
        "The running statistics are replaced by the newest batch's: keep 1 - momentum of the old value.",
    ),
    mistake(
        "deviation-kept",
        ("running_var",),
        tuple(_deviation_kept(ddof, eps=eps) for ddof in (1, 0) for eps in (False, True)),
        "running_var moves towards the standard deviation: it holds variances.",
    ),
    GRADIENT.slip(
        "statistics-constant",
        "backward treats mean and variance as constants: in training they depend on x too, so subtract two more terms.",
        STATISTICS_CONSTANT,
    ),
    GRADIENT.slip(
        "through-mean-forgotten",
        "The gradient through the mean is missing: subtract the mean of dL_dy over N, H and W.",
        {"mean": left_out},
    ),
    GRADIENT.slip(
        "through-variance-forgotten",
        "The gradient through the variance is missing: subtract the mean of dL_dy · x̂, times x̂ (the normalised x).",
        {"second mean": left_out},
    ),
    GRADIENT.slip(
        "x-hat-forgotten-in-backward",
        "x̂ is missing in the term through the variance: it is x̂ times the mean of dL_dy · x̂.",
        {"x_hat": lambda known: 1.0},
    ),
    GRADIENT.slip(
        "gamma-not-in-backward",
        GAMMA_IN_BACKWARD,
        WITHOUT_GAMMA,
    ),
    *mistaken_gradient(GRADIENT, "N, H and W", "N · H · W"),
    mistake(
        "x-hat-forgotten-in-gamma",
        "dL_dgamma",
        of_case(lambda case: _of_gamma(case, np.ones_like(x_of(case)))),
        "dL_dgamma is that of beta: gamma multiplies the normalised x, so multiply dL_dy by it before you sum.",
    ),
    mistake(
        "an-axis-not-summed",
        ("dL_dgamma", "dL_dbeta"),
        tuple(partial(_summed_over, axes=axes) for axes in ((0,), (0, 2), (0, 3), (2, 3))),
        "The sum leaves an axis out: all pixels of all samples share a channel's gamma and beta, so sum over N, H, W.",
    ),
    mistake("gamma-gradient-of-x", "dL_dgamma", of_case(lambda case: _of_gamma(case, x_of(case))), OF_X),
    mistake(
        "averaged",
        ("dL_dgamma", "dL_dbeta"),
        lambda ask, case, tensor: _averaged(case, tensor, moments(case), PER_CHANNEL),
        "The gradient is averaged over the channel: sum it over N, H and W.",
    ),
    mistake(
        "averaged-over-batch",
        ("dL_dgamma", "dL_dbeta"),
        lambda ask, case, tensor: _averaged(case, tensor, moments(case), (0,)),
        "The gradient is averaged over the batch: sum it over N, H and W.",
    ),
)
IN_EVALUATION = (
    *forward_mistakes.IN_EVALUATION,
    mistake(
        "updated-in-evaluation",
        ("running_mean", "running_var"),
        lambda ask, case, tensor: updated(case, tensor),
        "The running statistics changed in evaluation: with training = False, forward does not update them.",
    ),
    OF_RUNNING.slip(
        "training-formula-in-evaluation",
        "backward uses the formula for training: in evaluation the statistics are constants, so only one term is left.",
        {},
    ),
    GRADIENT.slip(
        "batch-statistics-in-backward",
        "backward uses the batch's statistics, as in training: in evaluation the running statistics are constants.",
        {},
    ),
    GRADIENT.slip(
        "batch-deviation-in-backward",
        "backward divides by the batch's standard deviation: divide by sqrt(running_var + eps), as forward does.",
        STATISTICS_CONSTANT,
    ),
    OF_RUNNING.slip(
        "gamma-not-in-backward",
        GAMMA_IN_BACKWARD,
        {**STATISTICS_CONSTANT, **WITHOUT_GAMMA},
    ),
    mistake("gamma-gradient-of-x", "dL_dgamma", of_case(lambda case: _of_gamma(case, x_of(case))), OF_X),
    mistake(
        "batch-statistics-in-gamma",
        ("dL_dgamma",),
        lambda ask, case, tensor: _averaged(case, tensor, moments(case), ()),
        "dL_dgamma uses x normalised with the batch's statistics: in evaluation use the running statistics.",
    ),
)
