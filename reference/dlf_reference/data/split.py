"""What of the training examples is kept back, to see how training goes without a look at the test set."""

from __future__ import annotations

import numpy as np

SHUFFLE = 20_240_101  # data sets may come sorted by class; the split is the same in every run


def held_out(examples: int, count: int, together: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Rows to keep back, (count,), and all the others, both in random order; the same in every run.

    Args:
        together: neighbours that are kept back together, from a multiple of this number on.
    """
    runs = np.random.default_rng(SHUFFLE).permutation(-(-examples // together))
    order = (runs[:, None] * together + np.arange(together)).ravel()
    order = order[order < examples]
    return order[:count], order[count:]
