"""What people get wrong in BatchNorm2d.forward: parts of one formula, replaced one or two at a time."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from dlf_grader.instruments.case import Array, Case
from dlf_grader.instruments.mistakes.mistake import Mistake
from dlf_grader.instruments.mistakes.parts import Formula, Parts
from dlf_grader.milestones.m1.batchnorm.statistics import (
    PER_CHANNEL,
    Moments,
    column,
    eps_of,
    moments,
    root,
    running,
    running_after,
    standard_deviation,
    x_of,
)


def _forward(case: Case, parts: Parts) -> Array:
    mean, var = parts["moments"](case)
    x_hat = parts["normalised"](parts["centred"](x_of(case), mean), parts["divisor"](case, var))
    y: Array = parts["affine"](x_hat, column(case, "gamma"), column(case, "beta"))
    return y


def _formula(statistics: Callable[[Case], Moments]) -> Formula:
    right = {
        "moments": statistics,
        "centred": np.subtract,
        "divisor": standard_deviation,
        "normalised": np.divide,
        "affine": lambda x_hat, gamma, beta: gamma * x_hat + beta,
    }
    return Formula("y", _forward, right)


def _with_moments(statistics: Callable[[Case], Moments]) -> Parts:
    return {"moments": statistics}


def _over(*axes: int) -> Parts:
    """Statistics over other axes."""
    return _with_moments(lambda case: moments(case, axes))


def _without_mean(case: Case) -> Moments:
    mean, var = moments(case)
    return mean, var + mean**2


def _over_wrong_axis_alone(case: Case, mean: tuple[int, ...], var: tuple[int, ...]) -> Moments:
    return moments(case, mean)[0], moments(case, var)[1]


def _in_either_mode(formula: Formula) -> tuple[Mistake, ...]:
    """Mistakes in the formula itself, whichever statistics go into it."""
    return (
        formula.slip(
            "eps-outside",
            "eps is added outside the square root: divide by sqrt(var + eps).",
            {"divisor": lambda case, var: root(var) + eps_of(case)},
        ),
        formula.slip(
            "eps-forgotten",
            "eps is missing: divide by sqrt(var + eps), which is never zero.",
            {"divisor": lambda case, var: root(var)},
        ),
        formula.slip(
            "variance-for-deviation",
            "x is divided by the variance: divide by the standard deviation, sqrt(var + eps).",
            {"divisor": lambda case, var: var + eps_of(case)},
            {"divisor": lambda case, var: var},
        ),
        formula.slip(
            "squared-for-root",
            "The variance is squared where its square root belongs: divide by sqrt(var + eps).",
            {"divisor": lambda case, var: (var + eps_of(case)) ** 2},
            {"divisor": lambda case, var: var**2 + eps_of(case)},
        ),
        formula.slip(
            "root-of-deviation",
            "The square root is taken twice: divide by sqrt(var + eps).",
            {"divisor": lambda case, var: root(root(var) + eps_of(case))},
            {"divisor": lambda case, var: root(root(var + eps_of(case)))},
        ),
        formula.slip(
            "eps-squared",
            "eps is squared: divide by sqrt(var + eps).",
            {"divisor": lambda case, var: root(var + eps_of(case) ** 2)},
        ),
        formula.slip(
            "multiplied-by-deviation",
            "The centred x is multiplied by the standard deviation: divide by it.",
            {"normalised": np.multiply},
        ),
        formula.slip(
            "mean-not-subtracted",
            "The mean is not subtracted: x̂ is (x − mean) / sqrt(var + eps).",
            {"centred": lambda x, mean: x},
        ),
        formula.slip(
            "mean-added", "The mean is added to x: subtract it.", {"centred": np.add}, {"centred": lambda x, m: m - x}
        ),
        formula.slip(
            "gamma-forgotten",
            "gamma is missing: y is gamma times the normalised x, plus beta.",
            {"affine": lambda x_hat, gamma, beta: x_hat + beta},
        ),
        formula.slip(
            "beta-forgotten",
            "beta is missing: y is gamma times the normalised x, plus beta.",
            {"affine": lambda x_hat, gamma, beta: gamma * x_hat},
        ),
        formula.slip(
            "gamma-and-beta-swapped",
            "gamma and beta are swapped: gamma multiplies the normalised x, beta is added.",
            {"affine": lambda x_hat, gamma, beta: beta * x_hat + gamma},
        ),
        formula.slip(
            "beta-scaled",
            "beta is multiplied by gamma too: add it last.",
            {"affine": lambda x_hat, gamma, beta: gamma * (x_hat + beta)},
        ),
    )


TRAINING_FORMULA, EVALUATION_FORMULA = _formula(moments), _formula(running)
RUNNING_IN_TRAINING = (
    "Training normalises with the running statistics: use the batch's own, and only update the running statistics."
)
IN_TRAINING = (
    *_in_either_mode(TRAINING_FORMULA),
    TRAINING_FORMULA.slip(
        "unbiased-in-forward",
        "The variance is divided by m - 1: to normalise, divide by m. Only running_var uses m - 1.",
        _with_moments(lambda case: moments(case, ddof=1)),
    ),
    TRAINING_FORMULA.slip(
        "mean-of-squares",
        "The variance is the mean of x²: subtract the mean from x before you square it.",
        _with_moments(_without_mean),
    ),
    TRAINING_FORMULA.slip(
        "per-sample",
        "Every image has its own statistics: take the mean and the variance over N, H and W together.",
        _over(2, 3),
    ),
    TRAINING_FORMULA.slip(
        "per-pixel",
        "Every pixel has its own statistics: take the mean and the variance over N, H and W together.",
        _over(0),
    ),
    TRAINING_FORMULA.slip(
        "layer-norm",
        "All channels of an image share their statistics, as in layer normalisation: each channel has its own, over N, "
        "H and W.",
        _over(1, 2, 3),
    ),
    TRAINING_FORMULA.slip(
        "channels-together",
        "All channels share one mean and one variance: each channel has its own, over N, H and W.",
        _over(0, 1, 2, 3),
        _with_moments(lambda case: _over_wrong_axis_alone(case, PER_CHANNEL, (0, 1, 2, 3))),
        _with_moments(lambda case: _over_wrong_axis_alone(case, (0, 1, 2, 3), PER_CHANNEL)),
    ),
    TRAINING_FORMULA.slip(
        "an-axis-left-out",
        "One axis is missing from the mean and the variance: take both over N, H and W together.",
        _over(0, 2),
        _over(0, 3),
    ),
    TRAINING_FORMULA.slip("running-in-training", RUNNING_IN_TRAINING, _with_moments(running)),
    TRAINING_FORMULA.slip("updated-running-in-training", RUNNING_IN_TRAINING, _with_moments(running_after)),
)
IN_EVALUATION = (
    EVALUATION_FORMULA.slip(
        "batch-statistics-in-evaluation",
        "Evaluation normalises with the batch's statistics: with training = False, use running_mean and running_var.",
        _with_moments(moments),
    ),
    *_in_either_mode(EVALUATION_FORMULA),
)
PAIRS_IN_TRAINING = tuple(TRAINING_FORMULA.pairs(IN_TRAINING))
PAIRS_IN_EVALUATION = tuple(EVALUATION_FORMULA.pairs(IN_EVALUATION))
