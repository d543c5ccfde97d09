"""Numbers for the cases of m0: small and whole where they are to be followed by hand, and shown with the case."""

from __future__ import annotations

import numpy as np

from dlf_grader.instruments_old.layer import Array

BY_HAND = 4  # elements of the largest array that a case's label shows
AWAY = 1e-2  # how far from a kink the inputs of a gradient check keep


def whole(rng: np.random.Generator, *shape: int) -> Array:
    """Whole numbers of either sign, no 0 or 1, and no two of the same size: a mix-up cannot go unnoticed."""
    size = int(np.prod(shape))
    sizes = rng.permutation(np.arange(2, size + 4))[:size]
    signed: Array = sizes * rng.choice([-1, 1], size)
    return signed.reshape(shape).astype(float)


def off_zero(rng: np.random.Generator, *shape: int) -> Array:
    """Normal numbers, each at least `AWAY` from zero."""
    x: Array = rng.standard_normal(shape)
    moved: Array = x + np.where(x < 0, -AWAY, AWAY)
    return moved


def shown(**arrays: Array | None) -> str:
    """Small arrays in words, "x = [[2, -1]], b = [3]"; nothing if one of them is large."""
    there = {name: array for name, array in arrays.items() if array is not None}
    if any(array.size > BY_HAND for array in there.values()):
        return ""
    return ", ".join(f"{name} = {_text(array)}" for name, array in there.items())


def _text(array: Array) -> str:
    exact = array.astype(int) if np.array_equal(array, np.trunc(array)) else np.round(array, 4)
    return str(exact.tolist())
