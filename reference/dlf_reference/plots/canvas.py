"""What the lessons' pictures share: a light card to draw on, number grids, SVG files that come out the same.

The card's background is painted, so a picture reads the same on a light page and on a dark one; no meaning hangs on
colour alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Rectangle

INK, MUTED, PAPER = "#1f2933", "#5b6770", "#fdfdfb"
BLUE, ORANGE, GREEN, PLUM = "#1f5fa8", "#c2570c", "#2b7440", "#7b3f8c"
PALE_BLUE, PALE_ORANGE, PALE_GREY = "#dbe8f6", "#fde3cc", "#eef0f1"
MONO = "DejaVu Sans Mono"

_STYLE: dict[Any, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "axes.titlesize": 10,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.facecolor": "none",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#e1e4e6",
    "grid.linewidth": 0.6,
    "axes.axisbelow": True,
    "text.color": INK,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "lines.linewidth": 1.8,
    "legend.frameon": False,
    "figure.constrained_layout.use": True,
    "figure.constrained_layout.w_pad": 0.14,
    "figure.constrained_layout.h_pad": 0.14,
    "svg.hashsalt": "dl-foundations",
    "svg.fonttype": "path",
}


@contextmanager
def course_style() -> Iterator[None]:
    """Draw and save inside this: nothing depends on the reader's own matplotlib settings."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_STYLE)
        yield


def card(width: float, height: float) -> Figure:
    """An empty figure of `width` by `height` inches with a light, rounded background."""
    figure = Figure(figsize=(width, height), facecolor="none")
    figure.add_artist(
        FancyBboxPatch(
            (0.03, 0.03),
            width - 0.06,
            height - 0.06,
            boxstyle="round,pad=0,rounding_size=0.12",
            transform=figure.dpi_scale_trans,
            facecolor=PAPER,
            edgecolor="#c9ced2",
            linewidth=0.8,
            zorder=-10,
        )
    )
    return figure


def save(figure: Figure, path: Path) -> None:
    """Write `figure` in the format that `path` ends in, without a date: the same figure gives the same bytes."""
    metadata = {"Date": None, "Creator": None} if path.suffix == ".svg" else None
    figure.savefig(path, metadata=metadata, dpi=130)
    if path.suffix == ".svg":  # matplotlib leaves blanks at line ends
        lines = path.read_text(encoding="utf-8").splitlines()
        path.write_text("\n".join(line.rstrip() for line in lines) + "\n", encoding="utf-8", newline="\n")


def sheet(figure: Figure, width: float, height: float) -> Axes:
    """Axes without frame whose unit is one grid cell; (0, 0) is the top left, y grows downwards as indices do."""
    axes = figure.add_subplot()
    axes.set(xlim=(0, width), ylim=(height, 0), aspect="equal")
    axes.axis("off")
    return axes


def grid(
    axes: Axes,
    values: Sequence[Sequence[object]],
    at: tuple[float, float],
    *,
    title: str = "",
    faces: Mapping[tuple[int, int], str] | None = None,
    dashed: frozenset[tuple[int, int]] = frozenset(),
    bold: frozenset[tuple[int, int]] = frozenset(),
) -> None:
    """A matrix as numbered cells, top left corner `at` (x, y); `dashed` cells are grey-framed, `bold` ones heavy."""
    x0, y0 = at
    for i, row in enumerate(values):
        for j, value in enumerate(row):
            faint = (i, j) in dashed
            face = (faces or {}).get((i, j), PALE_GREY if faint else "white")
            cell = Rectangle((x0 + j, y0 + i), 1, 1, facecolor=face, edgecolor=MUTED, linewidth=0.8)
            axes.add_patch(cell)
            heavy = (i, j) in bold
            axes.text(
                x0 + j + 0.5,
                y0 + i + 0.53,
                f"{value}".replace("-", "−"),
                ha="center",
                va="center",
                color=MUTED if faint else INK,
                fontweight="bold" if heavy else "normal",
                style="italic" if faint else "normal",
            )
    if title:
        note(axes, (x0 + len(values[0]) / 2, y0 - 0.45), title, mono=True)


def frame(
    axes: Axes, at: tuple[float, float], size: tuple[float, float], colour: str, dash: str = "-", inset: float = 0.0
) -> None:
    """A heavy outline around cells: `size` is (width, height)."""
    (x, y), (w, h) = at, size
    axes.add_patch(
        Rectangle(
            (x + inset, y + inset),
            w - 2 * inset,
            h - 2 * inset,
            fill=False,
            edgecolor=colour,
            linewidth=2.2,
            linestyle=dash,
        )
    )


def note(
    axes: Axes, at: tuple[float, float], text: str, *, mono: bool = False, colour: str = INK, size: float = 9
) -> None:
    """Centred text."""
    axes.text(
        *at, text, ha="center", va="center", color=colour, fontsize=size, fontfamily=MONO if mono else "DejaVu Sans"
    )


def arrow(
    axes: Axes, start: tuple[float, float], end: tuple[float, float], *, bend: float = 0.0, colour: str = MUTED
) -> None:
    """An arrow from `start` to `end`; `bend` curves it."""
    axes.add_patch(
        FancyArrowPatch(
            start,
            end,
            arrowstyle="-|>",
            mutation_scale=11,
            linewidth=1.3,
            color=colour,
            shrinkA=0,
            shrinkB=0,
            connectionstyle=f"arc3,rad={bend}",
        )
    )
