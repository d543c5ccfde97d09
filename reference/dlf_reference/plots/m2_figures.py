"""Pictures of milestone 2: the unrolled network, and why gates matter."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from dlf_reference.plots.canvas import BLUE, INK, MUTED, ORANGE, PALE_BLUE, arrow, card, note, sheet

STEPS = 60


def unrolled() -> Figure:
    """Four steps of a recurrent network, forward and back."""
    figure = card(7.2, 3.1)
    axes = sheet(figure, 16, 6.4)
    for t in range(4):
        x = 2.2 + 3.6 * t
        axes.add_patch(
            FancyBboxPatch((x, 2.4), 1.6, 1.2, boxstyle="round,pad=0.05", facecolor=PALE_BLUE, edgecolor=INK)
        )
        note(axes, (x + 0.8, 3.0), f"h{t + 1}", mono=True)
        note(axes, (x + 0.8, 5.6), f"x{t + 1}", mono=True)
        note(axes, (x + 0.8, 0.5), f"y{t + 1}", mono=True)
        arrow(axes, (x + 0.8, 5.2), (x + 0.8, 3.75))
        arrow(axes, (x + 0.6, 2.25), (x + 0.6, 0.85))
        arrow(axes, (x + 1.05, 0.85), (x + 1.05, 2.25), colour=ORANGE)
        arrow(axes, (x - 1.85, 2.8), (x - 0.15, 2.8), colour=BLUE)
        arrow(axes, (x - 0.15, 3.3), (x - 1.85, 3.3), colour=ORANGE)
    note(axes, (0.15, 2.8), "h0", mono=True)
    note(axes, (4.9, 2.05), "W_hh", mono=True, colour=BLUE, size=8)
    note(axes, (5.0, 4.1), "dL/dh", mono=True, colour=ORANGE, size=8)
    note(
        axes,
        (8.0, 6.2),
        "forward: to the right (blue)   ·   back: to the left, and from every y (orange)",
        colour=MUTED,
    )
    return figure


def gradient_norms() -> Figure:
    """How much of a gradient at the last step reaches the earlier ones: measured in PyTorch, 20 networks each."""
    import torch

    torch.manual_seed(0)
    figure = card(6.6, 3.2)
    axes = figure.add_subplot()
    kinds: tuple[tuple[Any, str, str, str], ...] = ((torch.nn.RNN, ORANGE, "--", "^"), (torch.nn.LSTM, BLUE, "-", "o"))
    for kind, colour, dash, marker in kinds:
        norms = np.zeros(STEPS)
        for _ in range(20):
            network = kind(16, 32)
            if kind is torch.nn.LSTM:
                for bias in (network.bias_ih_l0, network.bias_hh_l0):
                    torch.nn.init.ones_(bias.data[32:64])  # an open forget gate
            x = torch.randn(STEPS, 1, 16, requires_grad=True)
            network(x)[0][-1].sum().backward()
            assert x.grad is not None
            norms += x.grad[:, 0].norm(dim=1).numpy() / 20
        label = "RNN" if kind is torch.nn.RNN else "LSTM, forget gate's bias 2"
        back = np.arange(STEPS - 1, -1, -1)
        axes.semilogy(
            back, norms / norms[-1], dash, color=colour, marker=marker, markersize=4, markevery=6, label=label
        )
    axes.set(
        xlabel="steps back from the last one",
        ylabel="gradient at x, last step = 1",
        title="What is left of a gradient, before any training",
    )
    axes.legend()
    return figure
