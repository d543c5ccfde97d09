"""Which classes are taken for which, and which images."""

import math
from collections.abc import Sequence

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from dlf_reference.plots.canvas import BLUE, INK, PAPER, card
from dlf_reference.training.common import Array

SHADES = LinearSegmentedColormap.from_list("paper to blue", [PAPER, BLUE])


def confusion(counts: Array, classes: Sequence[str]) -> Figure:
    """Draw the confusion matrix: numbers of examples, shaded by their share of the true class.

    Args:
        counts: a row for each true class, a column for each predicted one, (classes, classes).
        classes: their names.
    """
    shares = counts / counts.sum(axis=1, keepdims=True).clip(min=1)
    side = max(4.2, 2.4 + 0.46 * len(classes))  # the title has to fit
    figure = card(side, side)
    axes = figure.add_subplot()
    axes.imshow(shares, cmap=SHADES, vmin=0, vmax=1)
    for true, predicted in np.argwhere(counts):  # an empty cell is none at all
        colour = "white" if shares[true, predicted] > 0.55 else INK
        axes.text(predicted, true, f"{counts[true, predicted]}", ha="center", va="center", fontsize=8, color=colour)
    places = range(len(classes))
    axes.set_xticks(places, classes, rotation=45, ha="right", rotation_mode="anchor")
    axes.set_yticks(places, classes)
    right = counts.trace() / max(counts.sum(), 1)
    axes.set(xlabel="predicted", ylabel="true class", title=f"{right:.2%} of {counts.sum():,} test examples are right")
    axes.grid(visible=False)
    axes.tick_params(length=0)
    return figure


def mistaken(images: Array, captions: Sequence[str], title: str) -> Figure:
    """Draw images that are predicted wrong, a caption above each.

    Args:
        images: (n, H, W) or (n, C, H, W) uint8, C = 1 or 3.
    """
    columns = 8
    rows = math.ceil(len(images) / columns)
    figure = card(7.2, 0.6 + 1.25 * rows)
    for at, (image, caption) in enumerate(zip(images, captions, strict=True), start=1):
        axes = figure.add_subplot(rows, columns, at)
        axes.imshow(image if image.ndim == 2 else image.transpose(1, 2, 0).squeeze(), cmap="gray", vmin=0, vmax=255)
        axes.set_title(caption, fontsize=7)
        axes.axis("off")
    figure.suptitle(title, fontsize=10)
    return figure
