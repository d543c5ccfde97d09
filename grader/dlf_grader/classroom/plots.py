"""Distributions as SVG to stand inside a page: black on white, hatched, with the numbers on the bars."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from itertools import pairwise

INK = "#1b1f24"


def histogram(counts: Sequence[int], edges: Sequence[float], label: str, salt: str) -> str:
    """A histogram.

    Args:
        counts: one for each bar.
        edges: where bars begin and end: one more than there are bars.
        label: of the horizontal axis.
        salt: makes the ids in this figure differ from those of others on the page.
    """
    import matplotlib as mpl
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    with mpl.rc_context({"svg.hashsalt": salt, "svg.fonttype": "none", "font.family": "sans-serif", "font.size": 11}):
        figure = Figure(figsize=(8, 2.8), layout="constrained")
        axes = figure.add_subplot()
        widths = [right - left for left, right in pairwise(edges)]
        bars = axes.bar(
            edges[:-1], counts, widths, align="edge", color="white", edgecolor=INK, hatch="///", linewidth=1.2
        )
        axes.bar_label(bars, [str(count) if count else "" for count in counts], padding=2)
        axes.set_xlabel(label)
        axes.set_ylabel("students")
        axes.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=4))
        axes.set_ylim(0, max([*counts, 1]) * 1.18)
        axes.spines[["top", "right"]].set_visible(False)
        text = io.StringIO()
        figure.savefig(text, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    drawn = text.getvalue()
    return re.sub(r"<metadata>.*?</metadata>", "", drawn[drawn.index("<svg") :], flags=re.DOTALL)
