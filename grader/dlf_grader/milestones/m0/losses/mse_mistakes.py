"""What people get wrong in MSELoss: each mistake recomputed."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from dlf_grader.instruments.case import Array
from dlf_grader.instruments.mistakes.mistake import Mistaken, mistake, of_inputs, of_right


def _times(factor: Callable[[Array], float]) -> Mistaken:
    """The right answer times a factor that depends on the prediction."""
    return of_right(lambda right, case: right * factor(case.inputs[0]))


MISTAKES = (
    mistake("halved", "loss", _times(lambda x: 0.5), "The loss is halved: it is the plain mean, without a ½."),
    mistake(
        "sum",
        "loss",
        _times(lambda x: x.size),
        "The squares are summed, not averaged: divide by the number of elements.",
    ),
    mistake(
        "mean-forgotten",
        "loss",
        of_inputs(lambda p, t: (p - t) ** 2),
        "The result is a square for each element: return one number, their mean.",
    ),
    mistake(
        "mean-over-batch-only",
        "loss",
        _times(lambda x: x.size / len(x)),
        "The sum is divided by the batch size: divide it by the number of all elements.",
    ),
    mistake(
        "absolute",
        "loss",
        of_inputs(lambda p, t: np.abs(p - t).mean()),
        "The differences are not squared: this is the mean of their absolute values.",
    ),
    mistake(
        "root",
        "loss",
        of_inputs(lambda p, t: np.sqrt(((p - t) ** 2).mean())),
        "The result is the square root of the loss: leave the root out.",
    ),
    mistake(
        "square-of-mean",
        "loss",
        of_inputs(lambda p, t: (p - t).mean() ** 2),
        "The mean is squared: square every difference first, then take the mean.",
    ),
    mistake(
        "factor-two-forgotten",
        "dL_dprediction",
        _times(lambda x: 0.5),
        "A factor of 2 is missing: the derivative of d² is 2 d.",
    ),
    mistake(
        "sign",
        "dL_dprediction",
        _times(lambda x: -1),
        "The gradient has the wrong sign: it is positive where the prediction is larger than the target.",
    ),
    mistake(
        "not-averaged",
        "dL_dprediction",
        _times(lambda x: x.size),
        "The gradient is not averaged: forward divides by the number of elements, so backward does too.",
    ),
    mistake(
        "one-number",
        "dL_dprediction",
        (of_right(lambda right, case: right.sum()), of_right(lambda right, case: right.mean())),
        "The gradient is one number: every element of the prediction has its own, of the prediction's shape.",
    ),
    mistake(
        "divided-by-batch-only",
        "dL_dprediction",
        _times(lambda x: x.size / len(x)),
        "The gradient is divided by the batch size: divide it by the number of all elements.",
    ),
)
