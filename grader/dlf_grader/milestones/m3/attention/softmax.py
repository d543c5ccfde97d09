"""softmax as a subject: its cases, PyTorch as its oracle, and what people get wrong."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from dlf_grader.instruments.case import Array, Case, RngFor, drawn_size, label, traits, whole
from dlf_grader.instruments.mistakes.mistake import Mistaken, mistake, of_case, of_inputs
from dlf_grader.instruments.subjects.function import Function
from dlf_grader.milestones.m3 import attention_formulas as formulas

# shape, axis (None: left out), added to all
SIZES = (
    ((1, 2), None, 0.0),
    ((2, 2), None, 0.0),
    ((2, 3), None, 0.0),
    ((2, 3), 0, 0.0),
    ((4,), None, 0.0),
    ((2, 3), None, 1000.0),
    ((2, 3), None, -1000.0),
    ((2, 3, 4), 1, 0.0),
    ((1, 1), None, 5.0),
    ((3, 2, 4, 5), -1, 0.0),
)
WHOLE_NUMBERS = 5
SPREAD = 1e4  # numbers of either sign, as far apart as scores may be


def cases(rng_for: RngFor) -> Iterator[Case]:
    """One row, then rows, axes, numbers whose exp overflows, and sizes as in use."""
    for number, (shape, axis, level) in enumerate((*SIZES, *_drawn(rng_for(0))), start=1):
        rng = rng_for(number)
        x = whole(rng, *shape) / 2 if number <= WHOLE_NUMBERS else rng.standard_normal(shape)
        x = SPREAD * x if level == SPREAD else x + level
        holds = {
            "more than one row": len(shape) > 1 and shape[0] > 1,
            "an axis that is not the last": axis not in (None, -1),
            "large numbers": 0 < level < SPREAD,
            "numbers of ±10000": bool(np.ptp(x) > SPREAD),
            "very negative numbers": level < 0,
            "a single score": x.size == 1,
        }
        yield Case(
            label=label(
                f"x of shape {shape}", "" if axis is None else f"axis={axis}", f"near {level:g}" if level else ""
            ),
            inputs=(x,),
            init={} if axis is None else {"axis": axis},
            traits=traits(holds),
        )


def _drawn(rng: np.random.Generator) -> Iterator[tuple[tuple[int, ...], int, float]]:
    """Numbers far apart, then many rows; along an axis that is drawn."""
    yield (drawn_size(rng, 3, 8), drawn_size(rng, 3, 8)), -1, SPREAD
    yield (drawn_size(rng, 2, 8), drawn_size(rng, 10, 60), drawn_size(rng, 10, 60)), int(rng.integers(-3, 0)), 0.0


def _one_sum(case: Case) -> Array:
    x = case.inputs[0]
    e = np.exp(x - x.max(axis=case.init.get("axis", -1), keepdims=True))
    weights: Array = e / e.sum()
    return weights


def _keepdims_lost(of_max: bool, of_sum: bool) -> Mistaken:
    """max or sum without keepdims: what belongs to rows is spread over columns."""

    def weights(case: Case) -> Array:
        x, axis = case.inputs[0], case.init.get("axis", -1)
        e = np.exp(x - x.max(axis=axis, keepdims=not of_max))
        found: Array = e / e.sum(axis=axis, keepdims=not of_sum)
        return found

    return of_case(weights)


def _one_maximum(case: Case) -> Array:
    e = np.exp(case.inputs[0] - case.inputs[0].max())
    weights: Array = e / e.sum(axis=case.init.get("axis", -1), keepdims=True)
    return weights


def _over_everything(x: Array) -> Array:
    return formulas.softmax(x.ravel()).reshape(x.shape)


def _not_shifted(case: Case) -> Array:
    e = np.exp(case.inputs[0])
    weights: Array = e / e.sum(axis=case.init.get("axis", -1), keepdims=True)
    return weights


MISTAKES = (
    mistake(
        "softmax-axis-ignored",
        "y",
        of_inputs(formulas.softmax),
        "axis is ignored, and the last axis is always used: pass axis on to max and to sum.",
    ),
    mistake(
        "softmax-over-everything",
        "y",
        (of_inputs(_over_everything), of_case(_one_sum)),
        "All numbers together add up to 1: sum along axis only, with keepdims=True.",
    ),
    mistake(
        "keepdims-lost",
        "y",
        (_keepdims_lost(True, True), _keepdims_lost(False, True), _keepdims_lost(True, False)),
        "keepdims is missing: without it the maximum or the sum of a row meets a column. Pass keepdims=True to both.",
    ),
    mistake(
        "one-maximum-for-all",
        "y",
        of_case(_one_maximum),
        "One maximum is subtracted everywhere: exp of a row far below it is 0, and 0 / 0 is nan. Take it along axis.",
    ),
    mistake(
        "softmax-not-shifted",
        "y",
        of_case(_not_shifted),
        "exp overflows: subtract the largest score along the axis from all of them first. That changes no weight.",
    ),
)

SOFTMAX = Function(
    name="softmax",
    oracle="dlf_reference.oracles.m3:softmax",
    cases=cases,
    arguments=("x",),
    results=("y",),
    mistakes=MISTAKES,
)
