"""Pictures of milestone 1: convolution, pooling, batch normalisation, the residual block; with the lesson's numbers."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from dlf_reference.plots.canvas import (
    BLUE,
    GREEN,
    INK,
    ORANGE,
    PALE_BLUE,
    PALE_ORANGE,
    PLUM,
    arrow,
    card,
    frame,
    grid,
    note,
    sheet,
)

X = np.arange(1, 10).reshape(3, 3)
W = np.array([[1, 0], [2, -1]])
B = 1
WINDOWS = (("a", BLUE, "-"), ("b", ORANGE, "--"), ("c", GREEN, "-."), ("d", PLUM, ":"))


def conv_windows() -> Figure:
    """Four windows of stride 2 on a padded image; the last row and column are never read."""
    padded = np.pad(X, 1)
    border = frozenset((i, j) for i in range(5) for j in range(5) if not (1 <= i <= 3 and 1 <= j <= 3))
    corners = [(i, j) for i in (0, 2) for j in (0, 2)]
    y = np.array([(padded[i : i + 2, j : j + 2] * W).sum() + B for i, j in corners]).reshape(2, 2)
    figure = card(7.2, 3.3)
    axes = sheet(figure, 16.4, 7.1)
    grid(axes, padded.tolist(), (0.7, 1.3), title="x, padding 1", dashed=border)
    for (i, j), (name, colour, dash) in zip(corners, WINDOWS, strict=True):
        frame(axes, (0.7 + j, 1.3 + i), (2, 2), colour, dash, inset=0.06)
        axes.text(0.7 + j + 0.14, 1.3 + i + 0.34, name, color=colour, fontweight="bold", fontsize=8)
    note(axes, (3.2, 6.65), "last row and column: no window fits", size=8)
    note(axes, (6.6, 3.9), "✕", size=14)
    grid(axes, W.tolist(), (7.5, 2.9), title="W")
    note(axes, (10.2, 3.9), f"+ b = {B}")
    arrow(axes, (11.3, 3.9), (12.5, 3.9))
    grid(axes, y.tolist(), (13.2, 2.9), title="y")
    for index, (name, colour, _) in enumerate(WINDOWS):
        i, j = divmod(index, 2)
        axes.text(13.2 + j + 0.08, 2.9 + i + 0.3, name, color=colour, fontweight="bold", fontsize=8)
    note(axes, (14.2, 5.4), "stride 2: windows\nstart 2 cells apart", size=8)
    return figure


def im2col() -> Figure:
    """Image, windows as columns, one matrix product."""
    starts = [(i, j) for i in (0, 1) for j in (0, 1)]
    columns = np.stack([X[i : i + 2, j : j + 2].ravel() for i, j in starts], axis=1)
    y = W.reshape(1, 4) @ columns + B
    figure = card(7.2, 3.5)
    axes = sheet(figure, 18.4, 8.4)
    grid(axes, X.tolist(), (0.6, 3.0), title="x", faces=dict.fromkeys(((0, 1), (0, 2), (1, 1), (1, 2)), PALE_BLUE))
    frame(axes, (1.6, 3.0), (2, 2), BLUE)
    note(axes, (2.1, 6.6), "window b", colour=BLUE)
    arrow(axes, (3.9, 4.5), (5.1, 4.5))
    note(axes, (4.5, 4.0), "im2col", size=8)
    grid(axes, W.reshape(1, 4).tolist(), (5.6, 4.3), title="W, one row per filter")
    note(axes, (10.05, 4.8), "@", size=11)
    grid(axes, columns.tolist(), (10.5, 2.5), title="columns", faces={(r, 1): PALE_BLUE for r in range(4)})
    frame(axes, (11.5, 2.5), (1, 4), BLUE)
    for index, (name, colour, _) in enumerate(WINDOWS):
        note(axes, (11.0 + index, 6.9), name, colour=colour)
    note(axes, (12.5, 7.6), "C·k·k rows, one column per window", size=8)
    note(axes, (15.0, 4.5), "+ b", size=9)
    arrow(axes, (15.5, 4.5), (16.1, 4.5))
    grid(axes, y.reshape(2, 2).tolist(), (16.25, 3.5), title="y", faces={(0, 1): PALE_BLUE})
    return figure


def conv_backward() -> Figure:
    """Each upstream gradient spreads W over its own window; overlaps add up."""
    upstream = np.array([[1, 0], [-1, 2]])
    figure = card(7.4, 3.5)
    axes = sheet(figure, 19.4, 9.0)
    grid(axes, upstream.tolist(), (0.4, 3.5), title="dL_dy")
    total = np.zeros((3, 3), dtype=int)
    for index, (name, colour, dash) in enumerate(WINDOWS):
        i, j = divmod(index, 2)
        part = np.zeros((3, 3), dtype=int)
        part[i : i + 2, j : j + 2] = upstream[i, j] * W
        total += part
        x0, y0 = 5.3 + 4.6 * j, 1.2 + 4.2 * i
        outside = frozenset((r, c) for r in range(3) for c in range(3) if not (i <= r < i + 2 and j <= c < j + 2))
        grid(axes, part.tolist(), (x0, y0), dashed=outside)
        frame(axes, (x0 + j, y0 + i), (2, 2), colour, dash)
        note(axes, (x0 + 1.5, y0 - 0.45), f"{name}:  {upstream[i, j]} · W".replace("-", "−"), colour=colour)
        axes.text(0.4 + j + 0.08, 3.5 + i + 0.3, name, color=colour, fontweight="bold", fontsize=8)
    arrow(axes, (2.9, 4.5), (4.6, 4.5))
    note(axes, (3.7, 4.0), "spread", size=8)
    arrow(axes, (13.5, 4.5), (15.2, 4.5))
    note(axes, (14.3, 4.0), "add up", size=8)
    grid(axes, total.tolist(), (15.7, 3.0), title="dL_dx", faces={(1, 1): PALE_ORANGE})
    note(axes, (17.2, 6.6), "the centre lies in\nall four windows", size=8)
    return figure


def max_pool() -> Figure:
    """The winner of each window gets the whole gradient; of two equal ones the first."""
    x = np.array([[1, 3, 2, 0], [5, 5, 4, 1], [0, 2, 7, 6], [1, 0, 8, 3]])
    upstream = np.array([[1, 2], [3, 4]])
    winners: list[tuple[int, int]] = []
    gradient = np.zeros_like(x)
    for i in (0, 2):
        for j in (0, 2):
            di, dj = divmod(int(x[i : i + 2, j : j + 2].argmax()), 2)
            winners.append((i + di, j + dj))
            gradient[i + di, j + dj] = upstream[i // 2, j // 2]
    y = np.array([x[cell] for cell in winners]).reshape(2, 2)
    faces = dict.fromkeys(winners, PALE_ORANGE)
    figure = card(7.2, 2.7)
    axes = sheet(figure, 17.4, 6.4)
    for x0, values, title in ((0.5, x, "x"), (12.9, gradient, "dL_dx")):
        grid(axes, values.tolist(), (x0, 1.2), title=title, faces=faces, bold=frozenset(winners))
        for i in (0, 2):
            for j in (0, 2):
                frame(axes, (x0 + j, 1.2 + i), (2, 2), INK)
    note(axes, (2.5, 5.75), "5 and 5 tie: the first wins", size=8)
    arrow(axes, (4.8, 3.2), (5.8, 3.2))
    note(axes, (5.3, 2.7), "max", size=8)
    grid(axes, y.tolist(), (6.1, 2.2), title="y")
    grid(axes, upstream.tolist(), (9.3, 2.2), title="dL_dy")
    arrow(axes, (11.6, 3.2), (12.6, 3.2))
    note(axes, (12.1, 2.7), "route", size=8)
    return figure


def batch_norm() -> Figure:
    """Histograms of three channels before normalising, after it, and after scale and shift."""
    rng = np.random.default_rng(0)
    channels = [rng.normal(mean, std, size=4000) for mean, std in ((-4.0, 0.7), (1.0, 2.0), (6.0, 1.2))]
    normalised = [(c - c.mean()) / np.sqrt(c.var() + 1e-5) for c in channels]
    scaled = [gamma * c + beta for c, gamma, beta in zip(normalised, (0.5, 1.0, 1.5), (-2.0, 0.0, 3.0), strict=True)]
    figure = card(7.4, 2.9)
    rows = (
        (channels, "x", (-8, 11)),
        (normalised, "x̂: mean 0, variance 1", (-5, 5)),
        (scaled, "y = gamma · x̂ + beta", (-5, 9)),
    )
    for axes, (data, title, limits) in zip(figure.subplots(1, 3), rows, strict=True):
        bins = np.linspace(*limits, 49).tolist()
        for c, (values, (_, colour, dash)) in enumerate(zip(data, WINDOWS[:3], strict=True)):
            axes.hist(
                values, bins=bins, histtype="step", color=colour, linestyle=dash, linewidth=1.6, label=f"channel {c}"
            )
        axes.set(title=title, xlim=limits, yticks=[])
        axes.grid(visible=False)
    figure.legend(*figure.axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return figure


def _box(axes: Axes, x: float, y: float, text: str, face: str = "white", width: float = 4.2) -> None:
    axes.add_patch(
        FancyBboxPatch(
            (x - width / 2, y - 0.38),
            width,
            0.76,
            boxstyle="round,pad=0,rounding_size=0.15",
            facecolor=face,
            edgecolor=INK,
            linewidth=1,
        )
    )
    note(axes, (x, y), text, size=8.5)


def residual_block() -> Figure:
    """The basic block with an identity path, and with a projection where the shape changes."""
    figure = card(7.2, 5.0)
    axes = sheet(figure, 16.0, 11.0)
    kinds = (
        (5.2, "same shape: identity", "3×3 conv, stride 1", "", "(N, C, H, W)", "(N, C, H, W)"),
        (
            13.0,
            "shape changes: projection",
            "3×3 conv, stride s",
            "1×1 conv,\nstride s,\nbatch norm",
            "(N, C, H, W)",
            "(N, O, H/s, W/s)",
        ),
    )
    for x, title, first, side, shape_in, shape_out in kinds:
        note(axes, (x - 1.2, 0.4), title, size=10)
        note(axes, (x, 1.15), f"x  {shape_in}", size=8.5)
        for y0, y1 in (
            (1.45, 2.22),
            (2.98, 3.32),
            (4.08, 4.42),
            (5.18, 5.52),
            (6.28, 6.62),
            (7.38, 7.95),
            (8.65, 8.92),
            (9.68, 10.1),
        ):
            arrow(axes, (x, y0), (x, y1))
        stack = (first, "batch norm", "ReLU", "3×3 conv, stride 1", "batch norm")
        for row, text in enumerate(stack):
            _box(axes, x, 2.6 + 1.1 * row, text, PALE_BLUE if "conv" in text else "white")
        note(axes, (x + 0.75, 7.65), "F(x)", size=8.5)
        axes.add_patch(
            FancyBboxPatch(
                (x - 0.35, 7.95), 0.7, 0.7, boxstyle="circle,pad=0", facecolor=PALE_ORANGE, edgecolor=INK, linewidth=1
            )
        )
        note(axes, (x, 8.3), "+", size=11)
        _box(axes, x, 9.3, "ReLU")
        note(axes, (x, 10.45), f"y  {shape_out}", size=8.5)
        left = x - 3.7
        axes.plot([x, left, left], [1.75, 1.75, 3.6 if side else 5.0], color=ORANGE, linewidth=1.8)
        axes.plot([left, left], [5.6 if side else 5.0, 8.3], color=ORANGE, linewidth=1.8)
        arrow(axes, (left, 8.3), (x - 0.4, 8.3), colour=ORANGE)
        if side:
            axes.add_patch(
                FancyBboxPatch(
                    (left - 1.0, 3.6),
                    2.0,
                    2.0,
                    boxstyle="round,pad=0,rounding_size=0.15",
                    facecolor=PALE_BLUE,
                    edgecolor=INK,
                    linewidth=1,
                )
            )
            note(axes, (left, 4.6), side, size=8)
        else:
            note(axes, (left - 0.55, 5.0), "x", size=9, colour=ORANGE)
    return figure
