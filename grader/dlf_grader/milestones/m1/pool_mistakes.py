"""What people get wrong in MaxPool2d, AvgPool2d and Flatten: each mistake recomputed with NumPy."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from dlf_grader.instruments_old.layer import Array, Ask, Case, Misconception

Compute = Callable[[Case], Array | None]


def _mistake(name: str, about: str, compute: Compute, text: str) -> Misconception:
    return Misconception(name, text, tuple(about.split()), lambda ask, case, tensor: compute(case))


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
    """For each place (i, j) in a window: the pixels that stand there, (N, C, H', W'), as a view of the image."""
    k, s = _sizes(case)
    h_out, w_out = ((size - k) // s + 1 for size in image.shape[2:])
    for i, j in np.ndindex(k, k):
        yield (i, j), image[:, :, i : i + s * h_out : s, j : j + s * w_out : s]


def _spread(case: Case, shares: Array) -> Array:
    """Add each place's share, (N, C, H', W', k, k), to the pixels that stood there."""
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


STRIDE_IS_KERNEL = (
    "It looks as if the windows stood side by side whatever the stride: window (i, j) starts at (i·s, j·s)."
)
STRIDE_IS_ONE = "It looks as if the window moved by one pixel whatever the stride: window (i, j) starts at (i·s, j·s)."
DEFAULT_IS_ONE = "It looks as if stride=None meant 1: without a stride, the window moves by kernel_size."
ROUNDED_UP = (
    "It looks as if the output's size were rounded up: rows and columns that fill no whole window are left out."
)
OVERWRITTEN = (
    "It looks as if, where windows overlap, the last gradient replaced the others: a pixel collects the sum (+=)."
)

OF_MAX = (
    _mistake(
        "starts-at-zero",
        "y",
        lambda case: np.maximum(_maximum(_view(case)), 0.0),
        "It looks as if 0 took part in the maximum: begin with a number of the window, not with 0, and add no zeros.",
    ),
    _mistake("stride-is-kernel", "y", lambda case: _with_stride(case, _sizes(case)[0], _maximum), STRIDE_IS_KERNEL),
    _mistake("stride-is-one", "y", lambda case: _with_stride(case, 1, _maximum), STRIDE_IS_ONE),
    _mistake(
        "default-is-one", "y", lambda case: _with_stride(case, case.init.get("stride", 1), _maximum), DEFAULT_IS_ONE
    ),
    _mistake("rounded-up", "y", lambda case: _rounded_up(case, -np.inf, _maximum), ROUNDED_UP),
    _mistake(
        "written-into-x",
        "y",
        _maximum_in_place,
        "It looks as if maxima were written into x while other windows still had to read it: work on a new array.",
    ),
    _mistake(
        "mean-for-maximum",
        "y",
        lambda case: _mean(_view(case)),
        "This is the mean of each window: MaxPool2d keeps its largest number.",
    ),
    _mistake(
        "whole-window",
        "dL_dx",
        lambda case: _spread(case, np.broadcast_to(_gradient(case), _view(case).shape)),
        "It looks as if every pixel of a window got its gradient: only the largest acted on y; it gets all of it.",
    ),
    _mistake(
        "shared-out",
        "dL_dx",
        lambda case: _spread(case, _even(case)),
        "It looks as if the gradient were shared out as for a mean: the largest pixel of a window gets all of it.",
    ),
    _mistake(
        "ties-all-win",
        "dL_dx",
        lambda case: _spread(case, _is_max(case) * _gradient(case)),
        "It looks as if every pixel equal to the maximum got the gradient: only the first gets it.",
    ),
    _mistake(
        "ties-share",
        "dL_dx",
        lambda case: _spread(case, _is_max(case) / _is_max(case).sum(axis=(-1, -2), keepdims=True) * _gradient(case)),
        "It looks as if equal pixels shared the gradient: the first in row-major order gets all of it.",
    ),
    _mistake(
        "last-of-equals",
        "dL_dx",
        lambda case: _spread(case, _one_max(case, last=True) * _gradient(case)),
        "It looks as if the last of equal pixels counted as the maximum: take the first (compare with >, not >=).",
    ),
    _mistake(
        "windows-overwrite",
        "dL_dx",
        lambda case: _last_window_wins(case, np.broadcast_to(_gradient(case), _view(case).shape), _one_max(case)),
        OVERWRITTEN,
    ),
    _mistake(
        "places-overwrite",
        "dL_dx",
        lambda case: _last_place_wins(case, np.broadcast_to(_gradient(case), _view(case).shape), _one_max(case)),
        OVERWRITTEN,
    ),
    _mistake(
        "zeros-overwrite",
        "dL_dx",
        lambda case: _last_place_wins(case, _one_max(case) * _gradient(case), _everywhere(case)),
        OVERWRITTEN,
    ),
)

OF_AVG = (
    _mistake(
        "sum-for-mean",
        "y",
        lambda case: _times(case, _sizes(case)[0] ** 2),
        "This is the sum of each window: divide by how many numbers it holds, kernel_size².",
    ),
    _mistake(
        "divided-by-kernel",
        "y",
        lambda case: _times(case, _sizes(case)[0]),
        "It looks as if the sum were divided by kernel_size: a window holds kernel_size² numbers.",
    ),
    _mistake(
        "divided-by-stride",
        "y",
        lambda case: _times(case, (_sizes(case)[0] / _sizes(case)[1]) ** 2),
        "It looks as if the sum were divided by stride²: a window holds kernel_size² numbers, however far it moves.",
    ),
    _mistake(
        "maximum-for-mean",
        "y",
        lambda case: _maximum(_view(case)),
        "This is the maximum of each window: AvgPool2d keeps its mean.",
    ),
    _mistake("stride-is-kernel", "y", lambda case: _with_stride(case, _sizes(case)[0], _mean), STRIDE_IS_KERNEL),
    _mistake("stride-is-one", "y", lambda case: _with_stride(case, 1, _mean), STRIDE_IS_ONE),
    _mistake("default-is-one", "y", lambda case: _with_stride(case, case.init.get("stride", 1), _mean), DEFAULT_IS_ONE),
    _mistake("rounded-up", "y", lambda case: _rounded_up(case, 0.0, _mean), ROUNDED_UP),
    _mistake("rest-averaged", "y", lambda case: _rounded_up(case, np.nan, _mean_of_what_is_there), ROUNDED_UP),
    _mistake(
        "not-shared",
        "dL_dx",
        lambda case: _spread(case, _even(case) * _sizes(case)[0] ** 2),
        "It looks as if every pixel got its window's whole gradient: each pixel gets 1 / kernel_size² of it.",
    ),
    _mistake(
        "shared-by-kernel",
        "dL_dx",
        lambda case: _spread(case, _even(case) * _sizes(case)[0]),
        "It looks as if the gradient were divided by kernel_size: kernel_size² pixels share it.",
    ),
    _mistake(
        "maximum-in-backward",
        "dL_dx",
        lambda case: _spread(case, _one_max(case) * _gradient(case)),
        "It looks as if the largest pixel got all of the gradient, as in MaxPool2d: a mean shares it among all pixels.",
    ),
    _mistake(
        "windows-overwrite",
        "dL_dx",
        lambda case: _last_window_wins(case, _even(case), _everywhere(case)),
        OVERWRITTEN,
    ),
    _mistake(
        "places-overwrite", "dL_dx", lambda case: _last_place_wins(case, _even(case), _everywhere(case)), OVERWRITTEN
    ),
)


# -- Flatten --------------------------------------------------------------------------------------


def _column_major(ask: Ask, case: Case, tensor: str) -> Array:
    x, g = case.inputs[0], case.upstream
    assert g is not None
    return x.reshape(len(x), -1, order="F") if tensor == "y" else g.reshape(x.shape, order="F")


def _channels_last(ask: Ask, case: Case, tensor: str) -> Array | None:
    x = case.inputs[0]
    return x.transpose(0, 2, 3, 1).reshape(len(x), -1) if x.ndim == 4 else None


OF_FLATTEN = (
    Misconception(
        "column-major",
        "It looks as if the numbers were read column by column: keep row-major order, which is NumPy's own.",
        ("y", "dL_dx"),
        _column_major,
    ),
    Misconception(
        "channels-last",
        "It looks as if the channels were moved to the end first: leave the axes in their order.",
        ("y",),
        _channels_last,
    ),
    _mistake(
        "batch-merged",
        "y",
        lambda case: case.inputs[0].reshape(-1),
        "It looks as if the batch were flattened too: keep the first axis, one row for each sample.",
    ),
    _mistake(
        "one-row",
        "y",
        lambda case: case.inputs[0].reshape(1, -1),
        "It looks as if the whole batch became one row: keep the first axis, one row for each sample.",
    ),
    _mistake(
        "still-flat",
        "dL_dx",
        lambda case: case.upstream,
        "It looks as if dL_dx were still flat: remember x's shape in forward, and give it back.",
    ),
)
