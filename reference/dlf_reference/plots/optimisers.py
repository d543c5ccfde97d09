"""Optimisers side by side: how the loss of the same network falls with each."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dlf_reference.plots.canvas import BLUE, GREEN, INK, MUTED, ORANGE, PLUM, card, course_style, save
from dlf_reference.training.common import Array

STYLES = [
    (colour, dash, marker)
    for dash, markers in (("-", "os^D"), ("--", "vP*X"))
    for colour, marker in zip((BLUE, ORANGE, GREEN, PLUM), markers, strict=True)
]
SMOOTHED = 20  # steps that a point of a long curve is the mean of


def compare(
    curves: Mapping[str, Mapping[str, Sequence[float]]], goals: Mapping[str, float], folder: Path
) -> list[Path]:
    """Draw the curves of every network into `folder`, and return the file.

    Args:
        curves: of each network, of each optimiser, the loss of each step.
        goals: of a network, the loss it was to reach.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "optimisers.svg"
    with course_style():
        save(compared(curves, goals), path)
    return [path]


def compared(curves: Mapping[str, Mapping[str, Sequence[float]]], goals: Mapping[str, float]) -> Figure:
    """One panel for each network; every curve is named where it ends."""
    figure = card(7.6, 0.5 + 3.5 * len(curves))
    panels = figure.subplots(len(curves), 1, squeeze=False).flat
    for axes, (network, losses) in zip(panels, curves.items(), strict=True):
        _panel(axes, losses, goals.get(network))
        axes.set(title=network, xlabel="step", ylabel="training loss")
    return figure


def smooth(losses: Sequence[float]) -> tuple[Array, Array]:
    """Means of equal parts of a curve that has more than a few steps.

    Returns:
        the middle step of each part, counted from 1, and its mean loss.
    """
    parts = max(1, len(losses) // SMOOTHED) if len(losses) > 2 * SMOOTHED else len(losses)
    steps = np.array_split(np.arange(1, len(losses) + 1), parts)
    values = np.array_split(np.asarray(losses, dtype=float), parts)
    return np.array([part.mean() for part in steps]), np.array([part.mean() for part in values])


def spread(heights: Sequence[float], gap: float) -> list[float]:
    """Move labels up so that none is nearer than `gap` to the next, in the order of their heights."""
    moved = list(heights)
    order = sorted(range(len(heights)), key=lambda at: heights[at])
    for below, above in pairwise(order):
        moved[above] = max(moved[above], moved[below] + gap)
    return moved


def _panel(axes: Axes, losses: Mapping[str, Sequence[float]], goal: float | None) -> None:
    styles = {name: STYLES[at % len(STYLES)] for at, name in enumerate(losses)}
    ends, last = {}, 1.0
    for name, values in losses.items():
        steps, means = smooth(values)
        colour, dash, marker = styles[name]
        axes.plot(steps, means, dash, color=colour, marker=marker, markersize=4.5, markevery=max(1, len(means) // 8))
        finite = means[np.isfinite(means)]
        ends[name] = float(finite[-1]) if len(finite) else 0.0
        last = max(last, float(steps[-1]))
    if goal is not None:
        axes.axhline(goal, color=INK, linestyle=":", linewidth=1.2)
        axes.annotate(f"goal {goal:g}", (0, goal), (2, 3), textcoords="offset points", fontsize=8)
    top = axes.get_ylim()[1]
    axes.set(xlim=(0, last * 1.5), ylim=(0, top))
    heights = spread(list(ends.values()), top * 0.062)
    for (name, end), height in zip(ends.items(), heights, strict=True):
        colour, dash, marker = styles[name]
        axes.plot([last * 1.015, last * 1.04], [end, height], color=MUTED, linewidth=0.7)
        axes.plot(last * 1.06, height, marker, color=colour, markersize=4.5)
        axes.text(last * 1.08, height, f"{name}: {end:.3f}", color=colour, va="center", fontsize=8)
