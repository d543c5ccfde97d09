"""Whether long texts are harder than short ones."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from dlf_reference.plots.canvas import BLUE, MUTED, ORANGE, card


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
    def words(self) -> str:
        """The lengths as written: "10–34", or "3"."""
        return f"{self.shortest}–{self.longest}" if self.shortest < self.longest else f"{self.shortest}"

    @property
    def error(self) -> float:
        """Share that is predicted wrong."""
        return self.wrong / self.count

    def interval(self) -> tuple[float, float]:
        """The exact (Clopper–Pearson) 95 % interval of the error."""
        from scipy.special import betaincinv  # scipy.stats would take a second to import

        low = betaincinv(self.wrong, self.count - self.wrong + 1, 0.025) if self.wrong else 0.0
        high = betaincinv(self.wrong + 1, self.count - self.wrong, 0.975) if self.wrong < self.count else 1.0
        return float(low), float(high)


def error_by_length(bins: Sequence[LengthBin]) -> Figure:
    """Draw the share of wrong predictions by length of text, with 95 % intervals and the count of each bin."""
    errors = np.array([each.error for each in bins])
    spans = np.array([each.interval() for each in bins])
    figure = card(7.2, 3.2)
    axes = figure.add_subplot()
    places = np.arange(len(bins))
    bars = np.abs(spans.T - errors)
    axes.errorbar(places, errors, yerr=bars, fmt="o", color=BLUE, capsize=4, label="95 % interval")
    overall = sum(each.wrong for each in bins) / sum(each.count for each in bins)
    axes.axhline(overall, color=ORANGE, linestyle="--", linewidth=1.3)
    axes.annotate(
        f"all texts\n{overall:.1%}", (1, overall), (-2, 3), xycoords=("axes fraction", "data"), color=ORANGE,
        textcoords="offset points", ha="right",
    )  # fmt: skip
    axes.set_xticks(places, [f"{b.words}\nn = {b.count:,}" for b in bins], fontsize=8)
    axes.set(xlabel="words of the text", ylabel="predicted wrong", title="Error by length of text")
    axes.set(xlim=(-0.5, len(bins) + 0.2), ylim=(0, float(spans.max()) * 1.08 + 1e-3))
    axes.legend(loc="lower left", labelcolor=MUTED)
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axes.grid(visible=False, axis="x")
    return figure
