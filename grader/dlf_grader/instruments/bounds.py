"""Logits can take any value: nothing squashes or bounds them after the last layer."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

import numpy as np

from dlf_grader.failures import CheckFailure
from dlf_grader.instruments.case import Array
from dlf_grader.report import Counterexample, Diagnosis

WIDE = 1000.0  # deviation of a head's weights that drives what squashes logits to its bounds
LEVEL = 1e-6  # of the largest logit, within which numbers of several rows are one
APART = 0.01  # of the largest logit: rows that are alike throughout stop at no bound
PROBABLE = 0.9  # a probability that a class can get, if its logit and the others go as far as they can
SQUASHED = Diagnosis(
    "logits-squashed", "Return what the last nn.Linear gives: apply no activation, softmax or log-softmax after it."
)
BOUNDED = Diagnosis(
    "logits-bounded", "Let them grow: multiply cosines by 10 to 30, or by a weight of one number that learns."
)
BOUNDS = (SQUASHED, BOUNDED)


def check_bounds(y: Array, shapes: Mapping[str, Iterable[int]], case: Counterexample) -> None:
    """Check that logits take both signs and can grow.

    Args:
        y: logits (N, K) of a model whose head has weights `WIDE` wide.
        shapes: of the model's parameters; one number may be what multiplies cosines.

    Raises:
        CheckFailure: they do not.
    """
    size = np.abs(y)
    bound = float(size.max())
    if (y >= 0).all() or (y <= 0).all():
        sign = "at least" if (y >= 0).all() else "at most"
        text = f"every logit is {sign} 0, whatever the weights of the last layer"
        raise CheckFailure(text, case, (SQUASHED,))
    if (size > 0.99 * bound).mean() > 0.5:
        text = f"the logits stop at ±{bound:.3g}, however large the weights of the last layer"
        raise CheckFailure(text, case, (SQUASHED,))
    for word, ends in (("largest", y.max(axis=1)), ("smallest", y.min(axis=1))):  # 0 of a log-softmax drawn wide
        if len(y) > 1 and np.ptp(ends) < LEVEL * bound and np.ptp(y, axis=0).max() > APART * bound:
            text = f"the {word} logit of every row is {ends[0]:.2g}, however large the weights of the last layer"
            raise CheckFailure(text, case, (SQUASHED,))
    most = 1 / (1 + (y.shape[1] - 1) * math.exp(-2 * min(bound, 300)))
    if most < PROBABLE and not any(math.prod(shape) == 1 for shape in shapes.values()):
        text = f"the logits stay within ±{bound:.2g}, however large the weights of the last layer"
        raise CheckFailure(f"{text}: no class gets a probability above {100 * most:.0f} %", case, (BOUNDED,))
