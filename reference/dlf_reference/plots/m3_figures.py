"""Pictures of milestone 3: attention in numbers, and positions."""

import numpy as np
from matplotlib.figure import Figure

from dlf_reference.plots.canvas import MUTED, ORANGE, PALE_BLUE, PALE_ORANGE, arrow, card, grid, note, sheet


def attention() -> Figure:
    """Three keys, one query: scores, weights, and the sum of values, with the last key masked."""
    scores = np.array([1.0, 2.0, 3.0])
    masked = np.where([True, True, False], scores, -np.inf)
    values = np.array([[4, 0], [0, 4], [9, 9]])
    figure = card(7.2, 3.7)
    axes = sheet(figure, 17, 8.2)
    for row, (name, these, faces) in enumerate(
        (("all keys", scores, {}), ("last key masked", masked, {(0, 2): PALE_ORANGE}))
    ):
        y = 1.6 + 3.9 * row
        weights = (
            np.exp(these - scores[np.isfinite(these)].max()) / np.exp(these - scores[np.isfinite(these)].max()).sum()
        )
        output = weights @ values
        grid(
            axes,
            [[f"{score:g}".replace("inf", "∞") for score in these]],
            (0.3, y),
            title=f"scores, {name}",
            faces=faces,
        )
        arrow(axes, (3.5, y + 0.5), (5.0, y + 0.5))
        note(axes, (4.25, y - 0.1), "softmax", colour=MUTED, size=8)
        grid(
            axes,
            [[f"{w:.2f}" for w in weights]],
            (5.2, y),
            title="weights",
            faces={(0, int(weights.argmax())): PALE_BLUE},
        )
        note(axes, (8.8, y + 0.5), "×")
        grid(axes, values.tolist(), (9.4, y - 0.9), title="values")
        arrow(axes, (11.7, y + 0.5), (13.2, y + 0.5))
        grid(
            axes,
            [[f"{o:.1f}" for o in output]],
            (13.5, y),
            title="output",
            faces={(0, 0): PALE_BLUE, (0, 1): PALE_BLUE},
        )
    note(axes, (8.5, 7.9), "a masked score is −∞: its weight is 0, and the others share what it had", colour=ORANGE)
    return figure


def positions() -> Figure:
    """Sinusoidal positions: a row for each place, a column for each feature."""
    length, width = 60, 64
    place, pair = np.arange(length)[:, None], np.arange(width // 2)[None]
    angle = place / 10_000 ** (2 * pair / width)
    table = np.empty((length, width))
    table[:, 0::2], table[:, 1::2] = np.sin(angle), np.cos(angle)
    figure = card(6.8, 3.6)
    axes = figure.add_subplot()
    image = axes.imshow(table, aspect="auto", cmap="gray", vmin=-1, vmax=1)
    axes.set(
        xlabel="feature: sine in even columns, cosine in odd",
        ylabel="position in the text",
        title="Fast waves left, slow ones right",
    )
    axes.grid(visible=False)
    figure.colorbar(image, ax=axes, label="value")
    return figure
