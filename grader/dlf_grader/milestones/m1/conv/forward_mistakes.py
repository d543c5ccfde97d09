"""What people get wrong in Conv2d.forward: parts of one formula, replaced one or two at a time."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from dlf_grader.instruments.case import Array, Case
from dlf_grader.instruments.mistakes.parts import Formula, Parts


def _forward(case: Case, parts: Parts) -> Array:
    k, s, p = (case.init[name] for name in ("kernel_size", "stride", "padding"))
    image = parts["padded"](case.inputs[0], p)
    image = parts["filled up"](image, k, s)
    windows = np.lib.stride_tricks.sliding_window_view(image, (k, k), axis=(2, 3))
    windows = parts["size"](parts["strided"](windows, s))
    product = parts["product"](windows, parts["weights"](case.attributes["W"]))
    y: Array = parts["biased"](product, case.attributes["b"], case.init["in_channels"])
    return y


def _pad(x: Array, rows: tuple[int, int], columns: tuple[int, int], **how: Any) -> Array:
    padded: Array = np.pad(x, ((0, 0), (0, 0), rows, columns), **how)
    return padded


def _padded_with(x: Array, p: int, mode: str) -> Array:
    return _pad(x, (p, p), (p, p), mode=mode)


def _product(windows: Array, w: Array) -> Array:
    if windows.shape[1] != w.shape[1]:
        raise ValueError("an image of other channels")
    y: Array = np.einsum("nchwij,ocij->nohw", windows, w, optimize=True)
    return y


def _biased(y: Array, b: Array | None, channels: int, times: int = 1) -> Array:
    return y if b is None else y + times * b[:, None, None]


def _bias_along(axes: tuple[int, ...]) -> Parts:
    """The bias broadcast along other axes; b is (O,), so that fits only some sizes."""
    return {"biased": lambda y, b, channels: y if b is None else y + np.expand_dims(b, axes)}


def _padded_everywhere(x: Array, p: int, first: int) -> Array:
    """np.pad(x, p), and of its channels as many as x has."""
    image: Array = np.pad(x, p)[:, first : first + x.shape[1]]
    return image


def _columns(windows: Array, w: Array, axes: tuple[int, ...]) -> Array:
    """Columns reshaped from axes in this order, (C, k, k) of each pixel last or not."""
    n, c, h, width, k, _ = windows.shape
    columns = windows.transpose(axes).reshape(n, c * k * k, h * width)
    y: Array = (w.reshape(len(w), -1) @ columns).reshape(n, len(w), h, width)
    return y


def _rows_reshaped(windows: Array, w: Array) -> Array:
    """A row of products for each pixel, reshaped to images without moving the channels to the front."""
    n, c, h, width, k, _ = windows.shape
    rows = windows.transpose(0, 2, 3, 1, 4, 5).reshape(n * h * width, c * k * k)
    y: Array = (rows @ w.reshape(len(w), -1).T).reshape(n, len(w), h, width)
    return y


def _square_of_height(windows: Array, w: Array) -> Array:
    """As many columns as rows; those beyond the last window stay 0."""
    side = windows.shape[2]
    y = _product(windows[:, :, :, :side], w)
    return _pad(y, (0, 0), (0, side - y.shape[3]))


def _bias_of_rows(y: Array, b: Array | None, channels: int) -> Array:
    """The bias added to those rows, before they are reshaped."""
    if b is None:
        return y
    n, o, h, w = y.shape
    added: Array = y + np.broadcast_to(b, (n, h, w, o)).reshape(n, o, h, w)
    return added


def _filled_up(image: Array, k: int, s: int) -> Array:
    rest = [(0, -(size - k) % s) for size in image.shape[2:]]
    return _pad(image, rest[0], rest[1])


def _side_by_side(windows: Array, s: int) -> Array:
    """As many windows as strides give, each one pixel on."""
    rows, columns = windows[:, :, ::s, ::s].shape[2:4]
    return windows[:, :, :rows, :columns]


def _fewer(windows: Array, s: int, axes: tuple[int, ...], more: int = 0) -> Array:
    """As many rows or columns as `(H + 2 * p - k + more) // s` gives."""
    shown = windows[:, :, ::s, ::s]
    for axis in axes:
        shown = np.take(shown, range((windows.shape[axis] - 1 + more) // s), axis=axis)
    return shown


def _last_left_blank(windows: Array, s: int) -> Array:
    """Places as `range(0, H - k, s)` gives them: the last window is left out where it ends with the image."""
    shown = windows[:, :, ::s, ::s].copy()
    for axis in (2, 3):
        if (windows.shape[axis] - 1) % s == 0:
            np.moveaxis(shown, axis, 0)[-1] = 0
    return shown


RIGHT: Parts = {
    "padded": lambda x, p: _pad(x, (p, p), (p, p)),
    "filled up": lambda image, k, s: image,
    "strided": lambda windows, s: windows[:, :, ::s, ::s],
    "size": lambda windows: windows,
    "weights": lambda w: w,
    "product": _product,
    "biased": _biased,
}
FORWARD = Formula("y", _forward, RIGHT)
RESHAPED = (
    "reshape does not move axes: first bring channel, kernel row and kernel column together with transpose, then "
    "reshape."
)
SLIPS = (
    FORWARD.slip(
        "bias-forgotten",
        "The bias is not added: add b[o] to every pixel of channel o.",
        {"biased": lambda y, b, channels: y},
    ),
    FORWARD.slip(
        "bias-for-each-channel",
        "The bias is added once for each input channel: add it once, after the sum over channels.",
        {"biased": lambda y, b, channels: _biased(y, b, channels, times=channels)},
    ),
    FORWARD.slip(
        "bias-along-the-width",
        "b is broadcast along the width: its shape is (O,), so add b[:, None, None] to (N, O, H', W').",
        _bias_along((0, 1, 2)),
    ),
    FORWARD.slip(
        "bias-along-the-height",
        "b is broadcast along the height: its shape is (O,), so add b[:, None, None] to (N, O, H', W').",
        _bias_along((0, 1, 3)),
    ),
    FORWARD.slip(
        "padding-forgotten",
        "The padding is ignored: add p rows and p columns of zeros on each side of the image first.",
        {"padded": lambda x, p: x},
    ),
    FORWARD.slip(
        "padding-on-one-side",
        "Only one side's padding is in y: add p zeros on both sides, so the padded image has H + 2 p rows.",
        {"padded": lambda x, p: _pad(x, (0, 2 * p), (0, 2 * p))},
        {"padded": lambda x, p: _pad(x, (2 * p, 0), (2 * p, 0))},
        {"padded": lambda x, p: _pad(x, (0, p), (0, p))},
        {"padded": lambda x, p: _pad(x, (p, 0), (p, 0))},
    ),
    FORWARD.slip(
        "padding-not-in-size",
        "The padding is missing in the size of y: H' = (H + 2p − k) // s + 1, and W' likewise.",
        {"padded": lambda x, p: _pad(x, (p, p), (p, p))[:, :, : x.shape[2], : x.shape[3]]},
    ),
    FORWARD.slip(
        "padding-of-one-axis",
        "Only rows or only columns are padded: add p zeros on each side of both axes.",
        {"padded": lambda x, p: _pad(x, (p, p), (0, 0))},
        {"padded": lambda x, p: _pad(x, (0, 0), (p, p))},
    ),
    FORWARD.slip(
        "padding-of-wrong-size",
        "The padding has the wrong width: add exactly p zeros on each side.",
        {"padded": lambda x, p: _pad(x, (p // 2, p // 2), (p // 2, p // 2))},
        {"padded": lambda x, p: _pad(x, (2 * p, 2 * p), (2 * p, 2 * p))},
        {"padded": lambda x, p: _pad(x, (min(p, 1), min(p, 1)), (min(p, 1), min(p, 1)))},
    ),
    FORWARD.slip(
        "padding-of-every-axis",
        "np.pad(x, p) pads the batch and the channels too: give it ((0, 0), (0, 0), (p, p), (p, p)).",
        {"padded": lambda x, p: _padded_everywhere(x, p, 0)},
        {"padded": lambda x, p: _padded_everywhere(x, p, p)},
    ),
    FORWARD.slip(
        "edge-padding",
        "The image is padded with numbers of its own: pad it with zeros.",
        *({"padded": partial(_padded_with, mode=mode)} for mode in ("edge", "reflect", "symmetric", "wrap")),
    ),
    FORWARD.slip(
        "stride-forgotten",
        "The stride is ignored in forward: the window of output pixel (i, j) starts at (i·s, j·s).",
        {"strided": lambda windows, s: windows},
    ),
    FORWARD.slip(
        "stride-in-size-only",
        "The stride is in the size of y and not in the windows: that of output pixel (i, j) starts at (i·s, j·s).",
        {"strided": _side_by_side},
    ),
    FORWARD.slip(
        "stride-of-one-axis",
        "The stride is used along one axis only: the window of output pixel (i, j) starts at (i·s, j·s).",
        {"strided": lambda windows, s: windows[:, :, ::s]},
        {"strided": lambda windows, s: windows[:, :, :, ::s]},
        {"strided": lambda windows, s: windows[:, :, ::s, : -(-windows.shape[3] // s)]},  # as many as there should be
        {"strided": lambda windows, s: windows[:, :, : -(-windows.shape[2] // s), ::s]},
    ),
    FORWARD.slip(
        "rounded-up",
        "The output's size is rounded up: leave out rows and columns that do not fill a whole window, with //.",
        {"filled up": _filled_up},
    ),
    FORWARD.slip(
        "last-window-left-out",
        "The last window is left out: range(0, H − k + 1, s) reaches it, and H' = (H + 2p − k) // s + 1.",
        {"strided": _last_left_blank},
        {"strided": partial(_fewer, axes=(2, 3))},
        {"strided": partial(_fewer, axes=(2,))},
        {"strided": partial(_fewer, axes=(3,))},
    ),
    FORWARD.slip(
        "one-inside-the-division",
        "The 1 of the output's size is divided too: H' = (H + 2p − k) // s + 1, and W' likewise.",
        *({"strided": partial(_fewer, axes=axes, more=1)} for axes in ((2, 3), (2,), (3,))),
    ),
    FORWARD.slip(
        "square-only",
        "The output's width is computed from the height, or the other way round: W' follows from W, H' from H.",
        {"size": lambda windows: windows[:, :, :, : windows.shape[2]]},
        {"size": lambda windows: windows[:, :, : windows.shape[3]]},
        {"product": _square_of_height},
    ),
    FORWARD.slip(
        "one-channel-only",
        "Only one input channel is used: an output channel sums over all input channels.",
        {"product": lambda windows, w: _product(windows[:, :1], w[:, :1])},
        {"product": lambda windows, w: _product(windows[:, -1:], w[:, -1:])},
    ),
    FORWARD.slip(
        "channels-summed-first",
        "The input channels are summed before they are weighted: W[o, c] multiplies channel c, then the sum is taken.",
        {"product": lambda windows, w: _product(windows.sum(axis=1, keepdims=True), w[:, :1])},
        {"product": lambda windows, w: _product(windows.sum(axis=1, keepdims=True), w.mean(axis=1, keepdims=True))},
    ),
    FORWARD.slip(
        "channels-in-reverse",
        "The input channels meet the weights in reverse order: W[o, c] multiplies channel c.",
        {"product": lambda windows, w: _product(windows[:, ::-1], w)},
    ),
    FORWARD.slip(
        "averaged-over-window",
        "The window's products are averaged: sum them over channels, rows and columns.",
        {"weights": lambda w: w / w[0].size},
        {"weights": lambda w: w / w[0, 0].size},
        {"weights": lambda w: w / w.shape[1]},
    ),
    FORWARD.slip(
        "columns-reshaped",
        RESHAPED,
        *(
            {"product": lambda x, w, axes=axes: _columns(x, w, axes)}
            for axes in ((0, 1, 2, 3, 4, 5), (0, 2, 3, 1, 4, 5))
        ),
    ),
    FORWARD.slip(
        "rows-reshaped",
        "The channels end up in other pixels: from (N, H', W', O) move O to the front with transpose(0, 3, 1, 2).",
        {"product": _rows_reshaped},
        {"product": _rows_reshaped, "biased": _bias_of_rows},
    ),
)
PAIRS = tuple(FORWARD.pairs(SLIPS))
