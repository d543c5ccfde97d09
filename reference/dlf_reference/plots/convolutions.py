"""What convolutions look for, and what they find in an image."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import torch
from matplotlib.figure import Figure

from dlf_reference.plots.canvas import MUTED, card
from dlf_reference.plots.inside import Inputs, Seen, outputs
from dlf_reference.training.common import Array

MOST_KERNELS, MOST_MAPS = 64, 16
LEAST_PIXELS = 8  # a map with fewer a side shows no shapes any more


def ran_convolutions(model: torch.nn.Module, inputs: Inputs) -> list[Seen]:
    """What each convolution returned, (n, C, H, W), in the order they ran: modules with a kernel of their own."""
    seen = outputs(model, inputs, lambda _, module: _kernels(module) is not None)
    return [each for each in seen if each.output.ndim == 4]


def first_kernels(model: torch.nn.Module, ran: Sequence[Seen]) -> Array | None:
    """Kernels that read the image itself, (O, C, kH, kW) float32; None where there are none.

    Args:
        ran: the model's convolutions as they ran; where none was seen, its first parameter with four axes is taken.
    """
    kernels = _kernels(ran[0].module) if ran else next((p for p in model.parameters() if p.ndim == 4), None)
    return None if kernels is None else kernels.detach().float().cpu().numpy()


def shown_maps(ran: Sequence[Seen]) -> list[Seen]:
    """The first convolution's output, and that of the last one whose maps still show shapes."""
    later = [each for each in ran[1:] if min(each.output.shape[2:]) >= LEAST_PIXELS]
    return [*ran[:1], *later[-1:]]


def as_pictures(kernels: Array) -> Array:
    """Kernels as pixels in [0, 1], (O, kH, kW) grey or (O, kH, kW, 3) in colour, zero in the middle.

    Args:
        kernels: (O, C, kH, kW) with C = 1 or 3; the largest weight of each kernel, up or down, becomes 1 or 0.
    """
    largest = np.abs(kernels).max(axis=(1, 2, 3), keepdims=True).clip(min=1e-12)
    pixels: Array = (0.5 + kernels / largest / 2).transpose(0, 2, 3, 1)
    return pixels[..., 0] if kernels.shape[1] == 1 else pixels


def filters(kernels: Array) -> Figure | None:
    """Draw the kernels that read the image; None where it has neither one channel nor three."""
    if kernels.shape[1] not in (1, 3):
        return None
    pictures = as_pictures(kernels[:MOST_KERNELS])
    columns = min(len(pictures), 8 if len(pictures) <= 32 else 16)
    rows = math.ceil(len(pictures) / columns)
    figure = card(0.6 + 0.62 * max(columns, 6), 0.95 + 0.62 * rows)
    grey = "black: most negative weight, mid-grey: zero, white: most positive"
    colour = "mid-grey: zero; a kernel likes its own colours best"
    _tiles(figure, pictures, (rows, columns), span=(0.0, 1.0))
    figure.suptitle(f"What the first convolution looks for: {len(pictures)} of {len(kernels)} kernels", fontsize=10)
    figure.supxlabel(grey if kernels.shape[1] == 1 else colour, fontsize=8, color=MUTED)
    return figure


def activations(image: Array, maps: Sequence[Seen], label: str) -> Figure:
    """Draw a test image and what convolutions make of it.

    Args:
        image: (H, W) or (C, H, W) uint8, C = 1 or 3.
        maps: outputs (1, C, H, W), the shallowest first; each map is shaded from its own lowest to its highest value.
        label: what is in the image.
    """
    figure = card(7.2, 0.7 + 2.15 * len(maps))
    left, right = figure.subfigures(1, 2, width_ratios=(1.0, 3.6), squeeze=False)[0]
    left.set_facecolor("none")
    right.set_facecolor("none")
    axes = left.add_subplot()
    axes.imshow(image if image.ndim == 2 else image.transpose(1, 2, 0).squeeze(), cmap="gray")
    axes.set_title(f"test image: {label}")
    axes.axis("off")
    layers = right.subfigures(len(maps), 1, squeeze=False)[:, 0]
    for layer, seen in zip(layers, maps, strict=True):
        shown = seen.output[0, :MOST_MAPS].numpy()
        columns = min(len(shown), 8)
        _, channels, height, width = seen.output.shape
        layer.set_facecolor("none")
        _tiles(layer, shown, (math.ceil(len(shown) / columns), columns))
        layer.suptitle(f"{seen.name}: {len(shown)} of {channels} maps, {height} × {width}", fontsize=9)
    return figure


def _kernels(module: torch.nn.Module) -> torch.Tensor | None:
    return next((p for p in module.parameters(recurse=False) if p.ndim == 4), None)


def _tiles(figure: object, pictures: Array, shape: tuple[int, int], span: tuple[float, float] | None = None) -> None:
    """Small pictures in rows, on one grey scale or each on its own."""
    low, high = span or (None, None)
    places = figure.subplots(*shape, squeeze=False, gridspec_kw={"wspace": 0.06, "hspace": 0.06}).flat  # type: ignore[attr-defined]
    for index, axes in enumerate(places):
        axes.axis("off")
        if index < len(pictures):
            axes.imshow(pictures[index], cmap="gray", vmin=low, vmax=high, interpolation="nearest")
