"""What people get wrong in AvgPool2d: each mistake recomputed with NumPy."""

from __future__ import annotations

import numpy as np

from dlf_grader.instruments.case import Array, Case
from dlf_grader.instruments.mistakes.mistake import mistake, of_case
from dlf_grader.milestones.m1.pool.mistakes import (
    DEFAULT_IS_ONE,
    OVERWRITTEN,
    ROUNDED_UP,
    STRIDE_IS_KERNEL,
    STRIDE_IS_ONE,
    even,
    everywhere,
    gradient,
    last_place_wins,
    last_window_wins,
    maximum,
    mean,
    one_max,
    rounded_up,
    sizes,
    spread,
    view,
    with_stride,
)


def _at_kernel(case: Case) -> Array | None:
    """A mean's gradient spread as if the window moved by its own size; what does not fit is cut off."""
    k, s = sizes(case)
    wide = np.kron(even(case)[..., 0, 0], np.ones((k, k)))
    into = np.zeros_like(case.inputs[0])
    h, w = (min(sizes) for sizes in zip(into.shape[2:], wide.shape[2:], strict=True))
    into[:, :, :h, :w] = wide[:, :, :h, :w]
    return None if s == k else into


def _averaged_over_windows(case: Case) -> Array | None:
    """A mean's gradient divided by how many windows a pixel lies in."""
    times = spread(case, everywhere(case))
    return spread(case, even(case)) / np.maximum(times, 1) if times.max() > 1 else None


def _mean_of_what_is_there(windows: Array) -> Array:
    mean: Array = np.nanmean(windows, axis=(-1, -2))
    return mean


def _times(case: Case, factor: float) -> Array:
    return mean(view(case)) * factor


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
        of_case(lambda case: _times(case, sizes(case)[0] ** 2)),
        "y is the sum of each window: divide it by the number of elements, kernel_size².",
    ),
    mistake(
        "divided-by-kernel",
        "y",
        of_case(lambda case: _times(case, sizes(case)[0])),
        "The sum is divided by kernel_size: a window has kernel_size² elements.",
    ),
    mistake(
        "divided-by-stride",
        "y",
        of_case(lambda case: _times(case, (sizes(case)[0] / sizes(case)[1]) ** 2)),
        "The sum is divided by stride²: a window has kernel_size² elements, whatever the stride is.",
    ),
    mistake(
        "maximum-for-mean",
        "y",
        of_case(lambda case: maximum(view(case))),
        "y is the maximum of each window: AvgPool2d takes the mean.",
    ),
    mistake("stride-is-kernel", "y", of_case(lambda case: with_stride(case, sizes(case)[0], mean)), STRIDE_IS_KERNEL),
    mistake("stride-is-one", "y", of_case(lambda case: with_stride(case, 1, mean)), STRIDE_IS_ONE),
    mistake(
        "default-is-one",
        "y",
        of_case(lambda case: with_stride(case, case.init.get("stride", 1), mean)),
        DEFAULT_IS_ONE,
    ),
    mistake("rounded-up", "y", of_case(lambda case: rounded_up(case, 0.0, mean)), ROUNDED_UP),
    mistake("rest-averaged", "y", of_case(lambda case: rounded_up(case, np.nan, _mean_of_what_is_there)), ROUNDED_UP),
    mistake(
        "not-shared",
        "dL_dx",
        of_case(lambda case: spread(case, even(case) * sizes(case)[0] ** 2)),
        "Every pixel gets its window's whole gradient: each pixel gets 1 / kernel_size² of it.",
    ),
    mistake(
        "shared-by-kernel",
        "dL_dx",
        of_case(lambda case: spread(case, even(case) * sizes(case)[0])),
        "The gradient is divided by kernel_size: kernel_size² pixels share it.",
    ),
    mistake(
        "maximum-in-backward",
        "dL_dx",
        of_case(lambda case: spread(case, one_max(case) * gradient(case))),
        "The largest pixel gets all of the gradient, as in MaxPool2d: a mean divides it equally among the pixels.",
    ),
    mistake(
        "windows-overwrite",
        "dL_dx",
        of_case(lambda case: last_window_wins(case, even(case), everywhere(case))),
        OVERWRITTEN,
    ),
    mistake(
        "places-overwrite",
        "dL_dx",
        of_case(lambda case: last_place_wins(case, even(case), everywhere(case))),
        OVERWRITTEN,
    ),
)
