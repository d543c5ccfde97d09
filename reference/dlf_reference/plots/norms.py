"""How large the tokens' vectors are after each block of a network."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from dlf_reference.plots.canvas import BLUE, INK, card
from dlf_reference.training.common import Array


def layer_norms(spans: Array, blocks: Sequence[str]) -> Figure:
    """Draw the mean norm after each block, and the range that eight tokens out of ten lie in.

    Args:
        spans: mean, lower and upper end of that range, (blocks, 3).
        blocks: their names.
    """
    means, ends = spans[:, 0], spans[:, 1:]
    places = np.arange(len(blocks))
    figure = card(max(4.6, 2.0 + 0.8 * len(blocks)), 3.1)
    axes = figure.add_subplot()
    axes.errorbar(places, means, yerr=np.abs(ends.T - means).clip(min=0), fmt="o-", color=BLUE, capsize=4)
    for place, mean in zip(places, means, strict=True):
        axes.annotate(f"{mean:.1f}", (place, mean), (7, 5), textcoords="offset points", color=INK)
    axes.set_xticks(places, blocks, rotation=0 if len(blocks) <= 6 else 45)
    axes.set(xlim=(-0.4, len(blocks) - 0.4), ylim=(0, float(spans.max()) * 1.1), ylabel="norm of a token's vector")
    axes.set_title("After each block: mean, and where 8 tokens of 10 lie")
    axes.grid(visible=False, axis="x")
    return figure
