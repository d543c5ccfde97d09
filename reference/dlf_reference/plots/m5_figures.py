"""Picture of milestone 5: a graph with a shared node, values forward and gradients back."""

import torch
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from dlf_reference.plots.canvas import INK, MUTED, ORANGE, PALE_BLUE, arrow, card, note, sheet

PLACES = {"a": (1.6, 1.6), "b": (1.6, 5.0), "c": (5.6, 3.3), "d": (9.6, 1.8), "e": (9.6, 4.8), "L": (13.6, 3.3)}
EDGES = (("a", "c"), ("b", "c"), ("c", "d"), ("c", "e"), ("d", "L"), ("e", "L"))
RULES = {"a": "a", "b": "b", "c": "c = a · b", "d": "d = c²", "e": "e = 3 c", "L": "L = d + e"}


def graph() -> Figure:
    """L = (a b)² + 3 a b at a = 2, b = -1: c is used twice, so two gradients meet in it."""
    leaves = {name: torch.tensor(value, requires_grad=True) for name, value in (("a", 2.0), ("b", -1.0))}
    nodes = dict(leaves)
    nodes["c"] = nodes["a"] * nodes["b"]
    nodes["d"], nodes["e"] = nodes["c"] ** 2, 3 * nodes["c"]
    nodes["L"] = nodes["d"] + nodes["e"]
    for node in nodes.values():
        node.retain_grad()
    nodes["L"].backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
    figure = card(7.4, 3.3)
    axes = sheet(figure, 16, 6.9)
    for name, (x, y) in PLACES.items():
        box = FancyBboxPatch(
            (x - 1.15, y - 0.75), 2.3, 1.5, boxstyle="round,pad=0.05", facecolor=PALE_BLUE, edgecolor=INK
        )
        axes.add_patch(box)
        note(axes, (x, y - 0.42), RULES[name], mono=True, size=8)
        note(axes, (x, y + 0.05), f"value {nodes[name].item():g}".replace("-", "−"), size=8)
        grad = nodes[name].grad
        assert grad is not None
        note(axes, (x, y + 0.48), f"grad {grad.item():g}".replace("-", "−"), size=8, colour=ORANGE)
    for start, end in EDGES:
        (x0, y0), (x1, y1) = PLACES[start], PLACES[end]
        arrow(axes, (x0 + 1.3, y0), (x1 - 1.3, y1 + (0.25 if y0 > y1 else -0.25 if y0 < y1 else 0)))
    note(axes, (5.6, 4.75), "from d: 2 c = −4", size=8, colour=ORANGE)
    note(axes, (5.6, 5.2), "from e: 3", size=8, colour=ORANGE)
    note(axes, (5.6, 5.65), "together −1", size=8, colour=ORANGE)
    note(
        axes,
        (8.0, 6.5),
        "values along the arrows; gradients against them, c's only when both have arrived",
        colour=MUTED,
    )
    return figure
