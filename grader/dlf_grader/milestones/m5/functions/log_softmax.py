"""log_softmax: cases, and what people get wrong."""

from __future__ import annotations

import numpy as np

from dlf_grader.instruments.case import Array, drawn_size
from dlf_grader.instruments.mistakes.mistake import mistake
from dlf_grader.instruments.subjects.program import Program, step
from dlf_grader.milestones.m5.local_rules import GRADIENTS, UPSTREAM_IGNORED, of_backward, of_forward
from dlf_grader.milestones.m5.operations import Spec, drawn_shape, one_operation


def _plain(x: Array, axis: int = -1) -> Array:
    e = np.exp(x)
    y: Array = np.log(e / e.sum(axis=axis, keepdims=True))
    return y


def _stable(x: Array, axis: int | None = -1, maximum: int | None = -1) -> Array:
    """log_softmax along `axis`, with the largest score along another taken as the shift; None is over all."""
    shifted = x - x.max(axis=maximum, keepdims=True)
    y: Array = shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))
    return y


def _softmax(x: Array, axis: int = -1) -> Array:
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    y: Array = e / e.sum(axis=axis, keepdims=True)
    return y


def _drawn(rng: np.random.Generator, shape: tuple[int, ...], scale: float) -> Spec:
    axis = int(rng.integers(-len(shape), len(shape)))
    return (step("log_softmax", "$x", axis=axis), {"x": scale * rng.standard_normal(shape)}, shape)


TWO_ROWS = np.array([[3.0, 1.0], [0.0, -2.0]])
LOG_SOFTMAX = Program(
    cases=one_operation(
        (step("log_softmax", "$x"), {"x": np.array([0.0, 0.0])}, (2,)),
        (step("log_softmax", "$x"), {"x": np.array([3.0, 1.0, 2.0])}, (3,)),
        (step("log_softmax", "$x"), {"x": np.array([1000.0, 0.0, -1000.0])}, (3,), "scores far apart"),
        (step("log_softmax", "$x"), {"x": TWO_ROWS}, (2, 2), "two rows"),
        (step("log_softmax", "$x"), {"x": np.array([[0.0, 0.0], [-2000.0, -2001.0]])}, (2, 2), "rows far apart"),
        (step("log_softmax", "$x", axis=0), {"x": TWO_ROWS}, (2, 2), "another axis"),
        (step("log_softmax", "$x", axis=1), {"x": np.array([[3.0, 1.0, 2.0], [0.0, -2.0, 1.0]])}, (2, 3)),
        (step("log_softmax", "$x", axis=1), {"x": np.arange(24.0).reshape(2, 4, 3) % 5}, (2, 4, 3), "three axes"),
        (step("log_softmax", "$x"), {"x": (4, 1, 3)}, (4, 1, 3)),
        (step("log_softmax", "$x", axis=-2), {"x": (3, 4, 2)}, (3, 4, 2)),
        lambda rng: _drawn(rng, drawn_shape(rng, 2), 1.0),
        lambda rng: _drawn(rng, drawn_shape(rng, 3), 1e4),
        lambda rng: _drawn(rng, (drawn_size(rng, 8, 64), drawn_size(rng, 8, 100)), 10.0),
    ),
    mistakes=(
        mistake(
            "log-of-softmax",
            "y",
            (
                of_forward(lambda x, axis=-1: np.log(_softmax(x, axis))),
                *(
                    of_forward(lambda x, axis=-1, c=10.0**-power: np.log(_softmax(x, axis) + c))
                    for power in range(6, 17)
                ),
            ),
            "The softmax of a small score is 0, which has no logarithm: subtract the logarithm of the sum from the "
            "shifted scores, and compute no softmax.",
        ),
        mistake("softmax", "y", of_forward(_softmax), "The logarithm is missing: this is the softmax."),
        mistake(
            "one-maximum",
            "y",
            of_forward(lambda x, axis=-1: _stable(x, axis, None)),
            "One maximum is subtracted from the whole array: subtract from each row its own.",
        ),
        mistake(
            "overflow",
            "y",
            of_forward(_plain),
            "exp overflows, or its sum becomes 0: subtract the largest score of each row first.",
        ),
        mistake(
            "wrong-axis", "y", of_forward(lambda x, axis=-1: _stable(x, 0, 0)), "The axis is always 0: use `axis`."
        ),
        mistake(
            "last-axis",
            "y",
            of_forward(lambda x, axis=-1: _stable(x)),
            "The axis is always the last one: use `axis`.",
        ),
        mistake(
            "row-not-summed",
            GRADIENTS,
            of_backward(lambda g, y, x, axis=-1: (g - np.exp(y) * g,)),
            "dL_dy is not summed: every score acts on its whole row, so multiply p by the sum of dL_dy along the axis.",
        ),
        mistake(
            "keepdims-forgotten-in-backward",
            GRADIENTS,
            of_backward(lambda g, y, x, axis=-1: (g - np.exp(y) * g.sum(axis=axis),)),
            "keepdims is missing in backward: without it the sum of a row meets a column. Pass keepdims=True.",
        ),
        mistake(
            "averaged-upstream",
            GRADIENTS,
            of_backward(lambda g, y, x, axis=-1: (g - np.exp(y) * g.mean(axis=axis, keepdims=True),)),
            "dL_dy is averaged along the axis: sum it.",
        ),
        mistake(
            "sum-left-out",
            GRADIENTS,
            of_backward(lambda g, y, x, axis=-1: (g - np.exp(y),)),
            "p is subtracted without a factor: multiply it by the sum of dL_dy along the axis.",
        ),
        mistake(
            "summed-along-another-axis",
            GRADIENTS,
            tuple(
                of_backward(lambda g, y, x, axis=-1, a=a: (g - np.exp(y) * g.sum(axis=a, keepdims=True),))
                for a in (-1, 0)
            ),
            "dL_dy is summed along one axis, whichever was asked for: sum it along `axis`.",
        ),
        mistake(
            "summed-over-all",
            GRADIENTS,
            of_backward(lambda g, y, x, axis=-1: (g - np.exp(y) * g.sum(),)),
            "dL_dy is summed over the whole array: sum it along the axis, each row for itself.",
        ),
        mistake(
            "max-only",
            GRADIENTS,
            of_backward(lambda g, y, x, axis=-1: (g,)),
            "dL_dy is passed on unchanged: subtract the derivative of the logarithm of the sum.",
        ),
        UPSTREAM_IGNORED,
    ),
)
