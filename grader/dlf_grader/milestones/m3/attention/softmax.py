"""softmax as a subject: its cases, PyTorch as its oracle, and what people get wrong."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from dlf_grader.instruments.case import Array, Case, RngFor, label, small_whole, traits
from dlf_grader.instruments.function import Function
from dlf_grader.instruments.mistake import mistake, of_case, of_inputs
from dlf_grader.milestones.m3 import attention_formulas as formulas

# shape, axis (None: left out), added to all
SIZES = (
    ((1, 2), None, 0.0),
    ((2, 2), None, 0.0),
    ((2, 3), 0, 0.0),
    ((4,), None, 0.0),
    ((2, 3), None, 1000.0),
    ((2, 3), None, -1000.0),
    ((2, 3, 4), 1, 0.0),
    ((1, 1), None, 5.0),
    ((3, 2, 4, 5), -1, 0.0),
)
WHOLE_NUMBERS = 4


def cases(rng_for: RngFor) -> Iterator[Case]:
    """One row, then rows, axes, and numbers whose exp overflows."""
    for number, (shape, axis, level) in enumerate(SIZES, start=1):
        rng = rng_for(number)
        x = small_whole(rng, *shape) if number <= WHOLE_NUMBERS else rng.standard_normal(shape)
        x[..., 0] += number == 1  # two different numbers in the first case
        holds = {
            "more than one row": len(shape) > 1 and shape[0] > 1,
            "an axis that is not the last": axis not in (None, -1),
            "large numbers": level > 0,
            "very negative numbers": level < 0,
            "a single score": x.size == 1,
        }
        yield Case(
            label=label(
                f"x of shape {shape}", "" if axis is None else f"axis={axis}", f"near {level:g}" if level else ""
            ),
            inputs=(x + level,),
            init={} if axis is None else {"axis": axis},
            traits=traits(holds),
        )


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
        of_inputs(_over_everything),
        "All numbers together add up to 1: sum along axis only, with keepdims=True.",
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
