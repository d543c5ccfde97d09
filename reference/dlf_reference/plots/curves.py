"""How a training went: loss and accuracy by epoch."""

from collections.abc import Sequence

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter

from dlf_reference.plots.canvas import BLUE, GREEN, ORANGE, PAPER, card


def curves(losses: Sequence[float], accuracies: Sequence[float], target: float, watched: str) -> Figure:
    """Draw training loss and accuracy by epoch, and the accuracy that was to be reached.

    Args:
        losses: mean training loss of each epoch.
        accuracies: of the watched examples after each epoch, in [0, 1].
        target: accuracy, in [0, 1].
        watched: "held-out" or "test".
    """
    figure = card(7.2, 3.0)
    left, right = figure.subplots(1, 2)
    left.plot(range(1, len(losses) + 1), losses, "o-", color=BLUE, markersize=4)
    left.set(title="Training loss", xlabel="epoch")
    left.set_ylim(bottom=0)
    right.plot(range(1, len(accuracies) + 1), accuracies, "s-", color=GREEN, markersize=4)
    right.axhline(target, color=ORANGE, linestyle="--", linewidth=1.3)
    if accuracies:
        right.annotate(
            f"{accuracies[-1]:.2%}", (len(accuracies), accuracies[-1]), (0, -11), textcoords="offset points",
            ha="right", va="top", color=GREEN,
        )  # fmt: skip
    low = min([*accuracies, target])
    bottom, top = max(0.0, low - 0.35 * (1 - low)), 1 + 0.03 * (1 - low)
    right.set(title=f"Accuracy on {watched} examples", xlabel="epoch", ylim=(bottom, top))
    under = target - bottom > 0.9 * (top - bottom)  # there is no room above the line
    right.annotate(
        f"target {target:.1%}", (0, target), (2, -11 if under else 3), color=ORANGE,
        xycoords=("axes fraction", "data"), textcoords="offset points",
        bbox={"facecolor": PAPER, "edgecolor": "none", "alpha": 0.8, "pad": 0.5},  # the curve may run behind it
    )  # fmt: skip
    right.yaxis.set_major_formatter(PercentFormatter(1.0))
    for axes in (left, right):
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    return figure
