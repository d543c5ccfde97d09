"""Whether long texts are harder than short ones."""

from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from dlf_reference.plots.canvas import BLUE, MUTED, ORANGE, card
from dlf_reference.training.common import Array


@dataclass(frozen=True)
class LengthBin:
    """Texts of about the same length.

    Attributes:
        shortest, longest: words of the shortest and of the longest of them.
        count: how many there are.
        wrong: how many of them are predicted wrong.
    """

    shortest: int
    longest: int
    count: int
    wrong: int

    @property
    def error(self) -> float:
        """Share that is predicted wrong."""
        return self.wrong / self.count

    def interval(self) -> tuple[float, float]:
        """The exact (Clopper–Pearson) 95 % interval of the error."""
        from scipy.stats import binomtest

        found = binomtest(self.wrong, self.count).proportion_ci(0.95, method="exact")
        return float(found.low), float(found.high)


def length_bins(lengths: Array, wrong: Array, most: int = 8) -> list[LengthBin]:
    """Split texts by length into bins of about the same count; texts of the same length stay together.

    Args:
        lengths: words of each text, (N,).
        wrong: whether it is predicted wrong, (N,) bool.
        most: bins there may be; there are fewer where lengths repeat.
    """
    edges = np.unique(np.quantile(lengths, np.arange(1, most) / most, method="higher"))
    bins = np.searchsorted(edges, lengths, side="right")
    found = []
    for number in np.unique(bins):
        here = bins == number
        found.append(
            LengthBin(
                int(lengths[here].min()), int(lengths[here].max()), int(here.sum()), int(np.count_nonzero(wrong[here]))
            )
        )
    return found


def error_by_length(lengths: Array, wrong: Array) -> Figure:
    """Draw the share of wrong predictions by length of text, with 95 % intervals and the count of each bin."""
    bins = length_bins(lengths, wrong)
    errors = np.array([each.error for each in bins])
    spans = np.array([each.interval() for each in bins])
    figure = card(7.2, 3.2)
    axes = figure.add_subplot()
    places = np.arange(len(bins))
    bars = np.abs(spans.T - errors)
    axes.errorbar(places, errors, yerr=bars, fmt="o", color=BLUE, capsize=4, label="95 % interval")
    overall = float(np.mean(wrong))
    axes.axhline(overall, color=ORANGE, linestyle="--", linewidth=1.3)
    axes.annotate(
        f"all texts {overall:.1%}", (1, overall), (-2, 3), xycoords=("axes fraction", "data"), color=ORANGE,
        textcoords="offset points", ha="right",
    )  # fmt: skip
    names = [f"{b.shortest}–{b.longest}" if b.shortest < b.longest else f"{b.shortest}" for b in bins]
    axes.set_xticks(places, [f"{name}\nn = {b.count:,}" for name, b in zip(names, bins, strict=True)], fontsize=8)
    axes.set(xlabel="words of the text", ylabel="predicted wrong", title="Error by length of text")
    axes.set(xlim=(-0.5, len(bins) - 0.2), ylim=(0, float(spans.max()) * 1.08 + 1e-3))
    axes.legend(loc="upper left", labelcolor=MUTED)
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axes.grid(visible=False, axis="x")
    return figure
