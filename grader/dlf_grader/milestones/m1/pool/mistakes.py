"""What people get wrong in MaxPool2d: each mistake recomputed with NumPy; and what AvgPool2d shares with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from dlf_grader.instruments.case import Array, Case
from dlf_grader.instruments.mistakes.mistake import mistake, of_case


def sizes(case: Case) -> tuple[int, int]:
    """Kernel and stride."""
    k = case.init["kernel_size"]
    return k, case.init.get("stride", k)


def _windows(x: Array, k: int, s: int) -> Array:
    """(N, C, H', W', k, k)."""
    windows: Array = np.lib.stride_tricks.sliding_window_view(x, (k, k), axis=(2, 3))[:, :, ::s, ::s]
    return windows


def view(case: Case) -> Array:
    """The windows of a case's input, (N, C, H', W', k, k)."""
    return _windows(case.inputs[0], *sizes(case))


def gradient(case: Case) -> Array:
    """The upstream gradient, (N, C, H', W', 1, 1): one number for each window."""
    assert case.upstream is not None
    return case.upstream[..., None, None]


# -- another stride, another size -----------------------------------------------------------------


def with_stride(case: Case, stride: int, reduce: Callable[[Array], Array]) -> Array | None:
    """y with windows that move by another stride."""
    k, s = sizes(case)
    return None if s == stride else reduce(_windows(case.inputs[0], k, stride))


def rounded_up(case: Case, fill: float, reduce: Callable[[Array], Array]) -> Array | None:
    """The rows and columns that are left over make a window of their own, filled up."""
    k, s = sizes(case)
    rest = [(0, -(size - k) % s) for size in case.inputs[0].shape[2:]]
    if rest == [(0, 0), (0, 0)]:
        return None
    return reduce(_windows(np.pad(case.inputs[0], [(0, 0), (0, 0), *rest], constant_values=fill), k, s))


# -- spreading a gradient back --------------------------------------------------------------------


def _places(case: Case, image: Array) -> Iterator[tuple[tuple[int, int], Array]]:
    """For each place (i, j) in a window: the pixels there, (N, C, H', W'), as a view of the image."""
    k, s = sizes(case)
    h_out, w_out = ((size - k) // s + 1 for size in image.shape[2:])
    for i, j in np.ndindex(k, k):
        yield (i, j), image[:, :, i : i + s * h_out : s, j : j + s * w_out : s]


def spread(case: Case, shares: Array) -> Array:
    """Add each place's share, (N, C, H', W', k, k), to these pixels."""
    into = np.zeros_like(case.inputs[0])
    for place, seen in _places(case, into):
        np.add(seen, shares[..., *place], out=seen)
    return into


def last_window_wins(case: Case, shares: Array, chosen: Array) -> Array:
    """Write the chosen shares window by window."""
    k, s = sizes(case)
    into = np.zeros_like(case.inputs[0])
    for i, j in np.ndindex(shares.shape[2:4]):
        window = into[:, :, i * s : i * s + k, j * s : j * s + k]
        window[...] = np.where(chosen[:, :, i, j], shares[:, :, i, j], window)
    return into


def last_place_wins(case: Case, shares: Array, chosen: Array) -> Array:
    """Write the chosen shares, one place of all windows after the other."""
    into = np.zeros_like(case.inputs[0])
    for place, seen in _places(case, into):
        seen[...] = np.where(chosen[..., *place], shares[..., *place], seen)
    return into


def _is_max(case: Case) -> Array:
    windows = view(case)
    mask: Array = windows == windows.max(axis=(-1, -2), keepdims=True)
    return mask


def _whole(case: Case) -> Array:
    """The window's whole gradient at each of its positions."""
    return np.broadcast_to(gradient(case), view(case).shape)


def one_max(case: Case, *, last: bool = False) -> Array:
    """The first (or last) place of each window's maximum, as a mask."""
    mask = _is_max(case)
    flat = mask.reshape(*mask.shape[:4], -1)
    at = flat.shape[-1] - 1 - flat[..., ::-1].argmax(axis=-1) if last else flat.argmax(axis=-1)
    one: Array = (np.arange(flat.shape[-1]) == at[..., None]).reshape(mask.shape)
    return one


def everywhere(case: Case) -> Array:
    """Every place of every window, as a mask."""
    return np.ones(view(case).shape, bool)


def even(case: Case) -> Array:
    """Every place's share of a mean."""
    return np.broadcast_to(gradient(case) / sizes(case)[0] ** 2, view(case).shape)


def _as_many_as_strides(case: Case) -> Array:
    """The maxima of H // s windows a column, the last of which may be cut off."""
    (k, s), x = sizes(case), case.inputs[0]
    y = np.zeros((*x.shape[:2], x.shape[2] // s, x.shape[3] // s), x.dtype)
    for i, j in np.ndindex(y.shape[2:]):
        y[:, :, i, j] = x[:, :, i * s : i * s + k, j * s : j * s + k].max(axis=(2, 3))
    return y


def maximum(windows: Array) -> Array:
    """The largest number of each window."""
    largest: Array = windows.max(axis=(-1, -2))
    return largest


def _maximum_in_place(case: Case) -> Array:
    """The pixels in every window's first place are a view of x, and collect the maxima there."""
    seen = [pixels for _, pixels in _places(case, case.inputs[0].copy())]
    for pixels in seen:
        seen[0][...] = np.maximum(seen[0], pixels)
    return seen[0]


def mean(windows: Array) -> Array:
    """The mean of each window."""
    found: Array = windows.mean(axis=(-1, -2))
    return found


STRIDE_IS_KERNEL = "The window moves by kernel_size, whatever the stride is: window (i, j) starts at (i·s, j·s)."
STRIDE_IS_ONE = "The window moves by one pixel, whatever the stride is: window (i, j) starts at (i·s, j·s)."
DEFAULT_IS_ONE = "stride=None is taken as 1: without a stride, the window moves by kernel_size."
ROUNDED_UP = "The output's size is rounded up: leave out rows and columns that do not fill a whole window."
OVERWRITTEN = (
    "Where windows overlap, the last gradient replaces the others in dL_dx: add them up, += for slices, and np.add.at "
    "for arrays of indices that repeat."
)

OF_MAX = (
    mistake(
        "kernel-not-in-size",
        "y",
        of_case(_as_many_as_strides),
        "The size of y is H // s: a window must fit into the image, so it is (H − k) // s + 1.",
    ),
    mistake(
        "maximum-of-all-channels",
        "y",
        of_case(lambda case: np.broadcast_to(maximum(view(case)).max(axis=(0, 1)), view(case).shape[:4])),
        "The maximum is over all samples and channels: take it over the last two axes only.",
    ),
    mistake(
        "starts-at-zero",
        "y",
        of_case(lambda case: np.maximum(maximum(view(case)), 0.0)),
        "The maximum starts from 0: start from an element of the window, and pad with nothing.",
    ),
    mistake(
        "stride-is-kernel", "y", of_case(lambda case: with_stride(case, sizes(case)[0], maximum)), STRIDE_IS_KERNEL
    ),
    mistake("stride-is-one", "y", of_case(lambda case: with_stride(case, 1, maximum)), STRIDE_IS_ONE),
    mistake(
        "default-is-one",
        "y",
        of_case(lambda case: with_stride(case, case.init.get("stride", 1), maximum)),
        DEFAULT_IS_ONE,
    ),
    mistake("rounded-up", "y", of_case(lambda case: rounded_up(case, -np.inf, maximum)), ROUNDED_UP),
    mistake(
        "written-into-x",
        "y",
        of_case(_maximum_in_place),
        "The maxima are written into x, which later windows still read: write them into a new array.",
    ),
    mistake(
        "mean-for-maximum",
        "y",
        of_case(lambda case: mean(view(case))),
        "y is the mean of each window: MaxPool2d takes the largest element.",
    ),
    mistake(
        "whole-window",
        "dL_dx",
        of_case(lambda case: spread(case, _whole(case))),
        "Every pixel of a window gets the gradient: only the largest pixel changed y, so it alone gets it.",
    ),
    mistake(
        "shared-out",
        "dL_dx",
        of_case(lambda case: spread(case, even(case))),
        "The gradient is divided among the pixels as for a mean: the largest pixel of a window gets all of it.",
    ),
    mistake(
        "ties-all-win",
        "dL_dx",
        of_case(lambda case: spread(case, _is_max(case) * gradient(case))),
        "Every pixel that equals the maximum gets the gradient: only the first of them gets it.",
    ),
    mistake(
        "ties-share",
        "dL_dx",
        of_case(
            lambda case: spread(case, _is_max(case) / _is_max(case).sum(axis=(-1, -2), keepdims=True) * gradient(case))
        ),
        "Pixels that tie for the maximum share the gradient: the first in row-major order gets all of it.",
    ),
    mistake(
        "last-of-equals",
        "dL_dx",
        of_case(lambda case: spread(case, one_max(case, last=True) * gradient(case))),
        "The last of several equal pixels counts as the maximum: take the first (compare with >, not >=).",
    ),
    mistake(
        "rows-and-columns-exchanged",
        "dL_dx",
        of_case(lambda case: spread(case, (one_max(case) * gradient(case)).swapaxes(-1, -2))),
        "Row and column of the maximum are exchanged: of a flat place, // kernel_size is the row, % kernel_size the "
        "column.",
    ),
    mistake(
        "windows-overwrite",
        "dL_dx",
        of_case(lambda case: last_window_wins(case, _whole(case), one_max(case))),
        OVERWRITTEN,
    ),
    mistake(
        "places-overwrite",
        "dL_dx",
        of_case(lambda case: last_place_wins(case, _whole(case), one_max(case))),
        OVERWRITTEN,
    ),
    mistake(
        "zeros-overwrite",
        "dL_dx",
        of_case(lambda case: last_place_wins(case, one_max(case) * gradient(case), everywhere(case))),
        OVERWRITTEN,
    ),
)
