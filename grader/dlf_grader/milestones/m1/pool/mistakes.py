"""What people get wrong in MaxPool2d and AvgPool2d: each mistake recomputed with NumPy."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from dlf_grader.instruments.case import Array, Case
from dlf_grader.instruments.mistake import mistake, of_case


def _sizes(case: Case) -> tuple[int, int]:
    """Kernel and stride."""
    k = case.init["kernel_size"]
    return k, case.init.get("stride", k)


def _windows(x: Array, k: int, s: int) -> Array:
    """(N, C, H', W', k, k)."""
    windows: Array = np.lib.stride_tricks.sliding_window_view(x, (k, k), axis=(2, 3))[:, :, ::s, ::s]
    return windows


def _view(case: Case) -> Array:
    return _windows(case.inputs[0], *_sizes(case))


def _gradient(case: Case) -> Array:
    """The upstream gradient, (N, C, H', W', 1, 1): one number for each window."""
    assert case.upstream is not None
    return case.upstream[..., None, None]


# -- another stride, another size -----------------------------------------------------------------


def _with_stride(case: Case, stride: int, reduce: Callable[[Array], Array]) -> Array | None:
    k, s = _sizes(case)
    return None if s == stride else reduce(_windows(case.inputs[0], k, stride))


def _rounded_up(case: Case, fill: float, reduce: Callable[[Array], Array]) -> Array | None:
    """The rows and columns that are left over make a window of their own, filled up."""
    k, s = _sizes(case)
    rest = [(0, -(size - k) % s) for size in case.inputs[0].shape[2:]]
    if rest == [(0, 0), (0, 0)]:
        return None
    return reduce(_windows(np.pad(case.inputs[0], [(0, 0), (0, 0), *rest], constant_values=fill), k, s))


# -- spreading a gradient back --------------------------------------------------------------------


def _places(case: Case, image: Array) -> Iterator[tuple[tuple[int, int], Array]]:
    """For each place (i, j) in a window: the pixels there, (N, C, H', W'), as a view of the image."""
    k, s = _sizes(case)
    h_out, w_out = ((size - k) // s + 1 for size in image.shape[2:])
    for i, j in np.ndindex(k, k):
        yield (i, j), image[:, :, i : i + s * h_out : s, j : j + s * w_out : s]


def _spread(case: Case, shares: Array) -> Array:
    """Add each place's share, (N, C, H', W', k, k), to these pixels."""
    into = np.zeros_like(case.inputs[0])
    for place, seen in _places(case, into):
        np.add(seen, shares[..., *place], out=seen)
    return into


def _last_window_wins(case: Case, shares: Array, chosen: Array) -> Array:
    """Write the chosen shares window by window."""
    k, s = _sizes(case)
    into = np.zeros_like(case.inputs[0])
    for i, j in np.ndindex(shares.shape[2:4]):
        window = into[:, :, i * s : i * s + k, j * s : j * s + k]
        window[...] = np.where(chosen[:, :, i, j], shares[:, :, i, j], window)
    return into


def _last_place_wins(case: Case, shares: Array, chosen: Array) -> Array:
    """Write the chosen shares, one place of all windows after the other."""
    into = np.zeros_like(case.inputs[0])
    for place, seen in _places(case, into):
        seen[...] = np.where(chosen[..., *place], shares[..., *place], seen)
    return into


def _is_max(case: Case) -> Array:
    windows = _view(case)
    mask: Array = windows == windows.max(axis=(-1, -2), keepdims=True)
    return mask


def _equal_shares(case: Case) -> Array:
    """Each maximum's share of its window's gradient, where ties share."""
    mask = _is_max(case)
    shares: Array = mask / mask.sum(axis=(-1, -2), keepdims=True)
    return shares


def _whole(case: Case) -> Array:
    """The window's whole gradient at each of its positions."""
    return np.broadcast_to(_gradient(case), _view(case).shape)


def _one_max(case: Case, *, last: bool = False) -> Array:
    """The first (or last) place of each window's maximum, as a mask."""
    mask = _is_max(case)
    flat = mask.reshape(*mask.shape[:4], -1)
    at = flat.shape[-1] - 1 - flat[..., ::-1].argmax(axis=-1) if last else flat.argmax(axis=-1)
    one: Array = (np.arange(flat.shape[-1]) == at[..., None]).reshape(mask.shape)
    return one


def _everywhere(case: Case) -> Array:
    return np.ones(_view(case).shape, bool)


def _even(case: Case) -> Array:
    """Every place's share of a mean."""
    return np.broadcast_to(_gradient(case) / _sizes(case)[0] ** 2, _view(case).shape)


def _averaged_over_windows(case: Case) -> Array | None:
    """A mean's gradient divided by how many windows a pixel lies in."""
    times = _spread(case, _everywhere(case))
    return _spread(case, _even(case)) / np.maximum(times, 1) if times.max() > 1 else None


def _at_kernel(case: Case) -> Array | None:
    """A mean's gradient spread as if the window moved by its own size; what does not fit is cut off."""
    k, s = _sizes(case)
    wide = np.kron(_even(case)[..., 0, 0], np.ones((k, k)))
    into = np.zeros_like(case.inputs[0])
    h, w = (min(sizes) for sizes in zip(into.shape[2:], wide.shape[2:], strict=True))
    into[:, :, :h, :w] = wide[:, :, :h, :w]
    return None if s == k else into


def _maximum(windows: Array) -> Array:
    largest: Array = windows.max(axis=(-1, -2))
    return largest


def _maximum_in_place(case: Case) -> Array:
    """The pixels in every window's first place are a view of x, and collect the maxima there."""
    seen = [pixels for _, pixels in _places(case, case.inputs[0].copy())]
    for pixels in seen:
        seen[0][...] = np.maximum(seen[0], pixels)
    return seen[0]


def _mean(windows: Array) -> Array:
    mean: Array = windows.mean(axis=(-1, -2))
    return mean


def _mean_of_what_is_there(windows: Array) -> Array:
    mean: Array = np.nanmean(windows, axis=(-1, -2))
    return mean


def _times(case: Case, factor: float) -> Array:
    return _mean(_view(case)) * factor


STRIDE_IS_KERNEL = "The window moves by kernel_size, whatever the stride is: window (i, j) starts at (i·s, j·s)."
STRIDE_IS_ONE = "The window moves by one pixel, whatever the stride is: window (i, j) starts at (i·s, j·s)."
DEFAULT_IS_ONE = "stride=None is taken as 1: without a stride, the window moves by kernel_size."
ROUNDED_UP = "The output's size is rounded up: leave out rows and columns that do not fill a whole window."
OVERWRITTEN = "Where windows overlap, the last gradient replaces the others in dL_dx: add them up (+=)."

OF_MAX = (
    mistake(
        "starts-at-zero",
        "y",
        of_case(lambda case: np.maximum(_maximum(_view(case)), 0.0)),
        "The maximum starts from 0: start from an element of the window, and pad with nothing.",
    ),
    mistake(
        "stride-is-kernel", "y", of_case(lambda case: _with_stride(case, _sizes(case)[0], _maximum)), STRIDE_IS_KERNEL
    ),
    mistake("stride-is-one", "y", of_case(lambda case: _with_stride(case, 1, _maximum)), STRIDE_IS_ONE),
    mistake(
        "default-is-one",
        "y",
        of_case(lambda case: _with_stride(case, case.init.get("stride", 1), _maximum)),
        DEFAULT_IS_ONE,
    ),
    mistake("rounded-up", "y", of_case(lambda case: _rounded_up(case, -np.inf, _maximum)), ROUNDED_UP),
    mistake(
        "written-into-x",
        "y",
        of_case(_maximum_in_place),
        "The maxima are written into x, which later windows still read: write them into a new array.",
    ),
    mistake(
        "mean-for-maximum",
        "y",
        of_case(lambda case: _mean(_view(case))),
        "y is the mean of each window: MaxPool2d takes the largest element.",
    ),
    mistake(
        "whole-window",
        "dL_dx",
        of_case(lambda case: _spread(case, _whole(case))),
        "Every pixel of a window gets the gradient: only the largest pixel changed y, so it alone gets it.",
    ),
    mistake(
        "shared-out",
        "dL_dx",
        of_case(lambda case: _spread(case, _even(case))),
        "The gradient is divided among the pixels as for a mean: the largest pixel of a window gets all of it.",
    ),
    mistake(
        "ties-all-win",
        "dL_dx",
        of_case(lambda case: _spread(case, _is_max(case) * _gradient(case))),
        "Every pixel that equals the maximum gets the gradient: only the first of them gets it.",
    ),
    mistake(
        "ties-share",
        "dL_dx",
        of_case(
            lambda case: _spread(
                case, _is_max(case) / _is_max(case).sum(axis=(-1, -2), keepdims=True) * _gradient(case)
            )
        ),
        "Pixels that tie for the maximum share the gradient: the first in row-major order gets all of it.",
    ),
    mistake(
        "last-of-equals",
        "dL_dx",
        of_case(lambda case: _spread(case, _one_max(case, last=True) * _gradient(case))),
        "The last of several equal pixels counts as the maximum: take the first (compare with >, not >=).",
    ),
    mistake(
        "rows-and-columns-exchanged",
        "dL_dx",
        of_case(lambda case: _spread(case, (_one_max(case) * _gradient(case)).swapaxes(-1, -2))),
        "Row and column of the maximum are exchanged: of a flat place, // kernel_size is the row, % kernel_size the "
        "column.",
    ),
    mistake(
        "windows-overwrite",
        "dL_dx",
        of_case(lambda case: _last_window_wins(case, _whole(case), _one_max(case))),
        OVERWRITTEN,
    ),
    mistake(
        "places-overwrite",
        "dL_dx",
        of_case(lambda case: _last_place_wins(case, _whole(case), _one_max(case))),
        OVERWRITTEN,
    ),
    mistake(
        "zeros-overwrite",
        "dL_dx",
        of_case(lambda case: _last_place_wins(case, _one_max(case) * _gradient(case), _everywhere(case))),
        OVERWRITTEN,
    ),
)

OF_AVG = (
    mistake(
        "stride-is-kernel-in-backward",
        "dL_dx",
        of_case(_at_kernel),
        "The gradient is repeated kernel_size times, whatever the stride is: window (i, j) starts at (i·s, j·s).",
    ),
    mistake(
        "overlaps-averaged",
        "dL_dx",
        of_case(_averaged_over_windows),
        "The gradient of a pixel is divided by how many windows it lies in: add what each window sends it.",
    ),
    mistake(
        "sum-for-mean",
        "y",
        of_case(lambda case: _times(case, _sizes(case)[0] ** 2)),
        "y is the sum of each window: divide it by the number of elements, kernel_size².",
    ),
    mistake(
        "divided-by-kernel",
        "y",
        of_case(lambda case: _times(case, _sizes(case)[0])),
        "The sum is divided by kernel_size: a window has kernel_size² elements.",
    ),
    mistake(
        "divided-by-stride",
        "y",
        of_case(lambda case: _times(case, (_sizes(case)[0] / _sizes(case)[1]) ** 2)),
        "The sum is divided by stride²: a window has kernel_size² elements, whatever the stride is.",
    ),
    mistake(
        "maximum-for-mean",
        "y",
        of_case(lambda case: _maximum(_view(case))),
        "y is the maximum of each window: AvgPool2d takes the mean.",
    ),
    mistake(
        "stride-is-kernel", "y", of_case(lambda case: _with_stride(case, _sizes(case)[0], _mean)), STRIDE_IS_KERNEL
    ),
    mistake("stride-is-one", "y", of_case(lambda case: _with_stride(case, 1, _mean)), STRIDE_IS_ONE),
    mistake(
        "default-is-one",
        "y",
        of_case(lambda case: _with_stride(case, case.init.get("stride", 1), _mean)),
        DEFAULT_IS_ONE,
    ),
    mistake("rounded-up", "y", of_case(lambda case: _rounded_up(case, 0.0, _mean)), ROUNDED_UP),
    mistake("rest-averaged", "y", of_case(lambda case: _rounded_up(case, np.nan, _mean_of_what_is_there)), ROUNDED_UP),
    mistake(
        "not-shared",
        "dL_dx",
        of_case(lambda case: _spread(case, _even(case) * _sizes(case)[0] ** 2)),
        "Every pixel gets its window's whole gradient: each pixel gets 1 / kernel_size² of it.",
    ),
    mistake(
        "shared-by-kernel",
        "dL_dx",
        of_case(lambda case: _spread(case, _even(case) * _sizes(case)[0])),
        "The gradient is divided by kernel_size: kernel_size² pixels share it.",
    ),
    mistake(
        "maximum-in-backward",
        "dL_dx",
        of_case(lambda case: _spread(case, _one_max(case) * _gradient(case))),
        "The largest pixel gets all of the gradient, as in MaxPool2d: a mean divides it equally among the pixels.",
    ),
    mistake(
        "windows-overwrite",
        "dL_dx",
        of_case(lambda case: _last_window_wins(case, _even(case), _everywhere(case))),
        OVERWRITTEN,
    ),
    mistake(
        "places-overwrite",
        "dL_dx",
        of_case(lambda case: _last_place_wins(case, _even(case), _everywhere(case))),
        OVERWRITTEN,
    ),
)
