"""Telling a learner's array from the right one: type, then shape, then every number."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from dlf_grader.report import Nearby

RTOL = 1e-8  # in float64; a float32 round trip inside costs 6e-8 and shows
ATOL = 1e-12  # where everything expected is zero, or cancels to it, rounding is no mistake
SMALL = 64  # elements up to which a tensor is shown whole
WINDOW = 12  # rows and columns that are shown of a larger one
_FUNCTIONS = ("function", "method", "builtin_function_or_method", "ufunc", "type", "_ArrayFunctionDispatcher")
OTHER_TYPES = dict.fromkeys(_FUNCTIONS, "a function, not its result: call it with ()") | {
    "generator": "a generator, as yield makes: use return",
    "str": "a text",
}


@dataclass(frozen=True)
class Mismatch:
    """How an array is wrong."""

    text: str
    index: tuple[int, ...] = ()
    yours: float | str | None = None
    expected: float | str | None = None


def as_array(value: Any) -> np.ndarray | None:
    """A float, int or array as an array; None for anything else."""
    if isinstance(value, np.ndarray):
        return value
    if isinstance(value, bool | int | float | np.generic):
        return np.asarray(value)
    return None


def compare(name: str, yours: Any, expected: Any, rtol: float = RTOL, atol: float = ATOL) -> Mismatch | None:
    """The first difference in row-major order, or None.

    An element passes if |yours - expected| <= rtol (|expected| + max|expected|) + atol: relative, but not to a zero.
    """
    right = np.asarray(expected)
    array = as_array(yours)
    if array is None:
        return Mismatch(f"{name}: expected {_kind(right)}, got {_name_of(yours)}")
    if array.shape != right.shape:
        return Mismatch(
            f"{name} has the wrong shape: expected {right.shape}, got {array.shape}",
            yours=str(array.shape),
            expected=str(right.shape),
        )
    wrong = differs(array, right, rtol, atol)
    if right.size == 0 or not wrong.any():
        return None
    index = tuple(int(i) for i in np.unravel_index(int(np.argmax(wrong)), right.shape))
    count = "" if right.ndim == 0 else f" ({int(wrong.sum())} of {right.size} elements differ)"
    return Mismatch(f"{name} is wrong{count}", index, number(array[index]), number(right[index]))


def differs(array: np.ndarray, right: np.ndarray, rtol: float = RTOL, atol: float = ATOL) -> np.ndarray:
    """Which elements are wrong, as `compare` means it; arrays of the same shape."""
    with np.errstate(all="ignore"):
        size = np.abs(right)
        wrong: np.ndarray = ~(np.abs(array - right) <= rtol * (size + float(size.max(initial=0.0))) + atol)
    return wrong


def relative_error(yours: Any, expected: Any) -> float:
    """Largest difference over the largest expected value, which counts as ATOL / RTOL at least, as in `compare`."""
    right = np.asarray(expected, dtype=float)
    if right.size == 0:
        return 0.0
    scale = max(float(np.abs(right).max()), ATOL / RTOL)
    difference = float(np.abs(np.asarray(yours, dtype=float) - right).max())
    return difference / scale


def close(a: Any, b: Any, rtol: float = 1e-6) -> bool:
    """Whether two arrays agree well enough to call one the explanation of the other; nan and inf count as the same."""
    left, right = as_array(a), as_array(b)
    if left is None or right is None or left.shape != right.shape:
        return False
    finite = np.isfinite(right)
    if not np.array_equal(np.isfinite(left), finite):
        return False
    return compare("", np.where(finite, left, 0), np.where(finite, right, 0), rtol) is None


def number(value: Any) -> float | str:
    """A number that JSON can carry: nan and inf as words."""
    plain = float(value)
    return plain if math.isfinite(plain) else str(plain)


def small_list(array: Any) -> Any:
    """A small array as nested lists for the report, else None."""
    values = as_array(array)
    if values is None or values.size > SMALL or values.dtype.kind not in "biuf":
        return None
    return _finite(values.tolist())


def nearby(yours: Any, expected: Any, index: tuple[int, ...], rtol: float = RTOL) -> Nearby | None:
    """The part of a tensor around its first wrong element; None where there is no such part."""
    array, right = as_array(yours), np.asarray(expected)
    if array is None or array.dtype.kind not in "biuf" or array.shape != right.shape or not index:
        return None
    region = around(right.shape, index)
    return cut_out(region, right.shape, array[region], right[region], differs(array, right, rtol)[region])


def around(shape: tuple[int, ...], index: tuple[int, ...], most: int = WINDOW) -> tuple[int | slice, ...]:
    """The part of a tensor around an element: at most so many rows and columns, one place on every other axis."""
    starts = [max(0, min(at - most // 2, size - most)) for at, size in zip(index[-2:], shape[-2:], strict=True)]
    return (*index[:-2], *(slice(start, start + most) for start in starts))


def cut_out(
    region: tuple[int | slice, ...], shape: tuple[int, ...], yours: np.ndarray, expected: np.ndarray, wrong: np.ndarray
) -> Nearby:
    """A region of a tensor of `shape` for a page to draw; an array of one axis is one row."""
    start = tuple(part.start if isinstance(part, slice) else part for part in region)
    left, right = (tuple(tuple(map(number, row)) for row in np.atleast_2d(part)) for part in (yours, expected))
    return Nearby(shape, start, left, right, tuple(tuple(map(bool, row)) for row in np.atleast_2d(wrong)))


def _finite(values: Any) -> Any:
    return [_finite(v) for v in values] if isinstance(values, list) else number(values)


def _kind(array: np.ndarray) -> str:
    return f"an array of shape {array.shape}" if array.ndim else "a number"


def _name_of(value: Any) -> str:
    if value is None:
        return "None"
    if isinstance(value, list | tuple):
        return f"a {type(value).__name__} of {len(value)}"
    name = getattr(value, "type_name", type(value).__name__)
    return OTHER_TYPES.get(name, f"an object of type {name}")
