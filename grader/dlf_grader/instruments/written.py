"""Values as Python that a learner can paste: the smallest failing case, without the grader around it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

SHOWN = 200  # elements up to which an array is written out; larger ones are drawn anew, to the same shape


def written(value: Any) -> str:
    """A value as Python; a large array as one that is drawn."""
    if not isinstance(value, np.ndarray):
        return repr(value)
    if value.size > SHOWN:
        return f"np.random.default_rng(0).standard_normal({value.shape})  # the case's own numbers are too many to show"
    numbers = np.array2string(value, separator=", ", threshold=SHOWN + 1, floatmode="unique", max_line_width=10_000)
    return f"np.array({' '.join(numbers.split())})"


def listed(arguments: Sequence[Any]) -> str:
    """Arguments, each already Python, nested as they are passed."""
    return ", ".join(f"({listed(part)})" if isinstance(part, tuple) else part for part in arguments)
