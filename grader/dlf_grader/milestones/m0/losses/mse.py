"""MSELoss as a subject: its cases, smallest first, and PyTorch as its oracle."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from dlf_grader.checks import BadShapes
from dlf_grader.context import Context
from dlf_grader.instruments.bad_shapes import ADVICE, refuses
from dlf_grader.instruments.case import Array, Case, RngFor, drawn_size, shown, traits, whole
from dlf_grader.instruments.subjects.layer import Layer
from dlf_grader.milestones.m0.losses.mse_mistakes import MISTAKES
from dlf_grader.sandbox.proxy import Submission

PAIRS = (([3.0], [1.0]), ([1.0], [4.0]), ([1.0, 5.0], [1.0, 3.0]))  # prediction, target
SHAPES = ((1, 2), (2, 1), (3,), (2, 3), (2, 2, 2), (7,), (5, 4), (2, 3, 4), (64, 10))
WHOLE_NUMBERS = len(PAIRS) + 4  # the first cases hold small whole numbers that can be followed by hand


def cases(rng_for: RngFor) -> Iterator[Case]:
    """Smallest first: one number, two, then one, two and three axes."""
    for prediction, target in PAIRS:
        yield _case(np.array(prediction), np.array(target))
    large = (drawn_size(rng_for(0), 16, 64), drawn_size(rng_for(len(SHAPES)), 128, 200))
    for number, shape in enumerate((*SHAPES, large), start=len(PAIRS) + 1):
        rng = rng_for(number)
        if number <= WHOLE_NUMBERS:
            yield _case(whole(rng, *shape), whole(rng, *shape))
        else:
            yield _case(rng.standard_normal(shape), rng.standard_normal(shape))


def _case(prediction: Array, target: Array) -> Case:
    return Case(
        label=shown(prediction=prediction, target=target) or f"prediction and target of shape {prediction.shape}",
        traits=traits({"more than one element": prediction.size > 1, f"{prediction.ndim} axes": prediction.ndim > 1}),
        inputs=(prediction, target),
    )


BAD = BadShapes(
    (
        ("a column of targets for a row of predictions", {}, ((4,), (4, 1))),
        ("one target for every row", {}, ((3, 2), (1, 2))),
        ("fewer targets than predictions", {}, ((4, 2), (3, 2))),
    )
)


def _refuses(submission: Submission, ctx: Context) -> None:
    refuses(MSE, BAD, submission)


MSE = Layer(
    name="MSELoss",
    oracle="dlf_reference.oracles.m0:mse",
    cases=cases,
    output="loss",
    gradients=("dL_dprediction",),
    mistakes=MISTAKES,
    claims=(_refuses,),
    claims_know=(ADVICE,),
)
