"""Which words look at which."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from dlf_reference.plots.canvas import BLUE, MUTED, PAPER, card
from dlf_reference.training.common import Array

SHADES = LinearSegmentedColormap.from_list("paper to blue", [PAPER, BLUE])


def attention(weights: Array, words: Sequence[str], title: str) -> Figure:
    """Draw one layer's heads, a heat map each.

    Args:
        weights: (h, T, T); row t is where word t looks, and sums to one.
        words: of the text, T of them.
    """
    columns = min(len(weights), 2)
    rows = -(-len(weights) // columns)
    side = 1.3 + 0.17 * max(len(words), 8)
    figure = card(0.4 + side * columns, 0.9 + side * rows)
    panels = figure.subplots(rows, columns, squeeze=False).flat
    places = range(len(words))
    for head, axes in enumerate(panels):
        if head >= len(weights):
            axes.axis("off")
            continue
        axes.imshow(weights[head], cmap=SHADES, vmin=0, vmax=float(weights[head].max()))
        axes.set_xticks(places, words, rotation=90, fontsize=7)
        axes.set_yticks(places, words, fontsize=7)
        axes.set_title(f"head {head + 1}: darkest = {weights[head].max():.2f}", fontsize=9)
        axes.grid(visible=False)
        axes.tick_params(length=0)
    figure.suptitle(title, fontsize=10)
    figure.supxlabel("word that is looked at; each row sums to 1", fontsize=8, color=MUTED)
    figure.supylabel("word that looks", fontsize=8, color=MUTED)
    return figure
