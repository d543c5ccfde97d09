"""Which classes are taken for which."""

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
