"""What convolutions look for, and what they find in an image."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure, SubFigure

from dlf_reference.plots.canvas import MUTED, card
from dlf_reference.training.common import Array

COLUMNS = 8


def as_pictures(kernels: Array) -> Array:
    """Kernels as pixels in [0, 1], (O, kH, kW) grey or (O, kH, kW, 3) in colour, zero in the middle.

    Args:
        kernels: (O, C, kH, kW) with C = 1 or 3; the largest weight of each kernel, up or down, becomes 1 or 0.
    """
    largest = np.abs(kernels).max(axis=(1, 2, 3), keepdims=True).clip(min=1e-12)
    pixels: Array = (0.5 + kernels / largest / 2).transpose(0, 2, 3, 1)
    return pixels[..., 0] if kernels.shape[1] == 1 else pixels


def filters(kernels: Array, total: int, layer: str, parts: str) -> Figure:
    """Draw the kernels that read the image, (O, C, kH, kW) with C = 1 or 3.

    Args:
        total: how many there are; more than are shown, perhaps.
        layer, parts: what they are part of, and called: "convolution", "kernels".
    """
    columns = min(len(kernels), COLUMNS if len(kernels) <= 32 else 2 * COLUMNS)
    rows = math.ceil(len(kernels) / columns)
    figure = card(0.6 + 0.62 * max(columns, 6), 0.95 + 0.62 * rows)
    grey = "black: most negative weight, mid-grey: zero, white: most positive"
    colour = "mid-grey: zero; a kernel likes its own colours best"
    _tiles(figure, as_pictures(kernels), columns)
    figure.suptitle(f"What the first {layer} looks for: {len(kernels)} of {total} {parts}", fontsize=10)
    figure.supxlabel(grey if kernels.shape[1] == 1 else colour, fontsize=8, color=MUTED)
    return figure


def activations(image: Array, maps: Sequence[Array], names: Sequence[str], totals: Array, label: str) -> Figure:
    """Draw a test image and what convolutions make of it.

    Args:
        image: (H, W) or (C, H, W) uint8, C = 1 or 3.
        maps: of each convolution, the shallowest first, (n, H', W') uint8.
        names: of the convolutions.
        totals: how many maps each has; more than are shown, perhaps.
        label: what is in the image.
    """
    figure = card(7.2, 0.5 + 1.75 * len(maps))
    left, right = figure.subfigures(1, 2, width_ratios=(1.0, 3.6), squeeze=False)[0]
    left.set_facecolor("none")
    right.set_facecolor("none")
    axes = left.add_subplot()
    axes.imshow(image if image.ndim == 2 else image.transpose(1, 2, 0).squeeze(), cmap="gray")
    axes.set_title(f"test image:\n{label}")
    axes.axis("off")
    layers = right.subfigures(len(maps), 1, squeeze=False)[:, 0]
    for layer, shown, name, total in zip(layers, maps, names, totals, strict=True):
        layer.set_facecolor("none")
        _tiles(layer, shown / 255, min(len(shown), COLUMNS))
        _, height, width = shown.shape
        layer.suptitle(f"{name}: {len(shown)} of {total} maps, {height} × {width}", fontsize=9)
    return figure


def _tiles(figure: Figure | SubFigure, pictures: Array, columns: int) -> None:
    """Small pictures in rows, in [0, 1], as one: axes of their own would take a second for thirty."""
    count, height, width = pictures.shape[:3]
    gap = max(1, round(0.07 * max(height, width)))
    rows = math.ceil(count / columns)
    shape = (rows * (height + gap) - gap, columns * (width + gap) - gap, 4)
    whole = np.zeros(shape)  # red, green, blue, and opacity: none between the pictures
    for number, picture in enumerate(pictures):
        top, left = (number // columns) * (height + gap), (number % columns) * (width + gap)
        at = whole[top : top + height, left : left + width]
        at[..., :3] = picture if picture.ndim == 3 else picture[..., None]
        at[..., 3] = 1
    axes = figure.add_subplot()
    axes.axis("off")
    axes.imshow(whole, interpolation="nearest")
