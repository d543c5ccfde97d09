"""MSELoss: its cases, and the mistakes people make."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from dlf_grader.instruments_old.behaviour import manners
from dlf_grader.instruments_old.gradient import gradient
from dlf_grader.instruments_old.layer import Array, Case, Layer, RngFor
from dlf_grader.instruments_old.parity import parity
from dlf_grader.milestones.m0.drawing import shown, whole
from dlf_grader.milestones.m0.mistakes import inputs, mistake, times

PAIRS = (([3.0], [1.0]), ([1.0], [4.0]), ([1.0, 5.0], [1.0, 3.0]))  # prediction, target
SHAPES = ((1, 2), (2, 1), (3,), (2, 3), (2, 2, 2), (7,), (5, 4), (2, 3, 4), (64, 10))
WHOLE_NUMBERS = len(PAIRS) + 4  # the first cases hold small whole numbers that can be followed by hand


def cases(rng_for: RngFor) -> Iterator[Case]:
    """Smallest first: one number, two, then one, two and three axes."""
    for prediction, target in PAIRS:
        yield _case(np.array(prediction), np.array(target))
    for number, shape in enumerate(SHAPES, start=len(PAIRS) + 1):
        rng = rng_for(number)
        if number <= WHOLE_NUMBERS:
            yield _case(whole(rng, *shape), whole(rng, *shape))
        else:
            yield _case(rng.standard_normal(shape), rng.standard_normal(shape))


def _case(prediction: Array, target: Array) -> Case:
    named = {"more than one element": prediction.size > 1, f"{prediction.ndim} axes": prediction.ndim > 1}
    return Case(
        label=shown(prediction=prediction, target=target) or f"prediction and target of shape {prediction.shape}",
        traits=frozenset(name for name, holds in named.items() if holds),
        inputs=(prediction, target),
    )


MSE = Layer(
    name="MSELoss",
    oracle="dlf_reference.oracles.m0:mse",
    cases=cases,
    output="loss",
    gradients=("dL_dprediction",),
    misconceptions=(
        mistake(
            "halved", "loss", times(lambda x: 0.5), "the loss were halved: it is the plain mean, with no ½ in front."
        ),
        mistake(
            "sum",
            "loss",
            times(lambda x: x.size),
            "the squares were summed only: divide the sum by the number of elements.",
        ),
        mistake(
            "mean-over-batch-only",
            "loss",
            times(lambda x: x.size / len(x)),
            "the sum were divided by the batch size only: the mean runs over all elements.",
        ),
        mistake(
            "absolute",
            "loss",
            inputs(lambda p, t: np.abs(p - t).mean()),
            "the differences were not squared: this is the mean of their absolute values.",
        ),
        mistake(
            "root",
            "loss",
            inputs(lambda p, t: np.sqrt(((p - t) ** 2).mean())),
            "a square root were taken at the end: leave the mean as it is.",
        ),
        mistake(
            "square-of-mean",
            "loss",
            inputs(lambda p, t: (p - t).mean() ** 2),
            "the mean were squared: square every difference first, then take the mean.",
        ),
        mistake(
            "factor-two-forgotten",
            "dL_dprediction",
            times(lambda x: 0.5),
            "the factor 2 were missing: the derivative of d² is 2 d.",
        ),
        mistake(
            "sign",
            "dL_dprediction",
            times(lambda x: -1),
            "the sign were wrong: where the prediction is too large, the gradient is positive: prediction − target.",
        ),
        mistake(
            "not-averaged",
            "dL_dprediction",
            times(lambda x: x.size),
            "the mean were left out: forward divides by the number of elements, so its gradient is divided by it too.",
        ),
        mistake(
            "divided-by-batch-only",
            "dL_dprediction",
            times(lambda x: x.size / len(x)),
            "the gradient were divided by the batch size only: forward's mean runs over all elements.",
        ),
    ),
)

forward = parity(MSE, "loss")
backward = parity(MSE, "dL_dprediction")
slope = gradient(MSE)
behaviour = manners(MSE)
