"""What an autopsy saw: a number for each layer, and a short training beside the same with one change."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from dlf_reference.plots.canvas import BLUE, GREEN, INK, ORANGE, card
from dlf_reference.training.common import Array

TITLES = {
    "gradient": "Gradient norm of each weight, first to last",
    "dead": "Share of units that are 0 for every example",
}


def layers(values: Array, names: Sequence[str], what: str) -> Figure:
    """Draw a bar for each layer; what is suspicious is orange and says its number.

    Args:
        values: gradient norms, or shares in [0, 1].
        what: "gradient" or "dead".
    """
    places = np.arange(len(names))
    bad = values >= 0.75 if what == "dead" else values <= 1e-6 * values.max(initial=1e-30)
    figure = card(7.2, max(1.6, 0.9 + 0.26 * len(names)))
    axes = figure.add_subplot()
    axes.barh(places, values, color=np.where(bad, ORANGE, BLUE))
    for place, value in zip(places, values, strict=True):
        text = f"{value:.0%}" if what == "dead" else f"{value:.2g}"
        axes.annotate(text, (value, place), (4, 0), textcoords="offset points", va="center", color=INK)
    axes.set_yticks(places, names)
    axes.invert_yaxis()
    axes.set(title=TITLES[what], xlim=(0, float(values.max(initial=1e-30)) * 1.15))
    axes.grid(visible=False, axis="y")
    return figure


def repaired(losses: Array, better: Array, change: str) -> Figure:
    """Draw the loss of each step, as the model is and with one change."""
    figure = card(5.6, 2.9)
    axes = figure.add_subplot()
    axes.plot(np.arange(1, len(losses) + 1), losses, color=ORANGE, linestyle="--", label="as it is")
    axes.plot(np.arange(1, len(better) + 1), better, color=GREEN, label=f"with {change}")
    axes.set(title="Loss on training examples, step by step", xlabel="step")
    axes.legend()
    return figure
