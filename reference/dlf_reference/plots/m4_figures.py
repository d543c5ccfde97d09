"""Pictures of milestone 4: paths down a ravine, schedules, two kinds of weight decay; PyTorch's own optimisers run."""

import math
from typing import Any

import numpy as np
import torch
from matplotlib.figure import Figure

from dlf_reference.plots.canvas import BLUE, GREEN, INK, ORANGE, PLUM, card

CURVATURE = (0.05, 1.0)  # a ravine: twenty times steeper across than along
PATHS: tuple[tuple[str, Any, dict[str, Any], str, str], ...] = (
    ("SGD", torch.optim.SGD, {"lr": 1.8}, BLUE, "o"),
    ("momentum", torch.optim.SGD, {"lr": 0.3, "momentum": 0.85}, ORANGE, "s"),
    ("Nesterov", torch.optim.SGD, {"lr": 0.3, "momentum": 0.85, "nesterov": True}, GREEN, "^"),
    ("Adam", torch.optim.Adam, {"lr": 0.5}, PLUM, "D"),
)


def ravine() -> Figure:
    """Thirty steps of four optimisers from the same start, each in a panel of its own."""
    figure = card(7.6, 4.4)
    across, along = np.meshgrid(np.linspace(-9, 3, 80), np.linspace(-2.6, 2.6, 60))
    height = 0.5 * (CURVATURE[0] * across**2 + CURVATURE[1] * along**2)
    for axes, (name, kind, options, colour, marker) in zip(figure.subplots(2, 2).flat, PATHS, strict=True):
        axes.contour(across, along, height, levels=12, colors="#c9ced2", linewidths=0.7)
        path = _descent(kind, options, 30)
        axes.plot(*path.T, color=colour, marker=marker, markersize=3.5, linewidth=1.2)
        axes.plot(0, 0, "*", color=INK, markersize=9)
        distance = float(np.hypot(*path[-1]))
        axes.set(title=f"{name}: {distance:.2f} away after 30 steps", xlim=(-9, 3), ylim=(-2.6, 2.6))
        axes.grid(visible=False)
    return figure


def _descent(kind: Any, options: dict[str, Any], steps: int) -> np.ndarray:
    place = torch.tensor([-8.0, 2.0], requires_grad=True)
    optimiser, path = kind([place], **options), [place.detach().numpy().copy()]
    for _ in range(steps):
        loss = 0.5 * (torch.tensor(CURVATURE) * place**2).sum()
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
        optimiser.step()
        path.append(place.detach().numpy().copy())
    return np.array(path)


def schedules() -> Figure:
    """The three schedules of the lesson over 100 steps."""
    steps = np.arange(101)
    figure = card(6.6, 2.9)
    axes = figure.add_subplot()
    curves = (
        ("step decay, γ = 1/2 every 25", 0.5 ** (steps // 25), BLUE, "-"),
        ("cosine annealing", [0.5 * (1 + math.cos(math.pi * step / 100)) for step in steps], ORANGE, "--"),
        ("linear warm-up over 20", np.minimum(1, (steps + 1) / 20), GREEN, ":"),
    )
    for label, rates, colour, dash in curves:
        axes.plot(steps, rates, dash, color=colour, label=label, drawstyle="steps-post")
    axes.set(xlabel="step", ylabel="learning rate, base = 1", ylim=(0, 1.08))
    axes.legend(loc="upper right", bbox_to_anchor=(1.0, 0.93))
    return figure


def weight_decay() -> Figure:
    """Two weights without a loss worth fitting, one with large gradients, one with small: Adam with L2, and AdamW."""
    figure = card(7.2, 3.1)
    rng = np.random.default_rng(0)
    noise = rng.normal(size=(400, 2)) * np.array([3.0, 0.03])  # large and small gradients, of mean zero
    for axes, (name, kind) in zip(
        figure.subplots(1, 2, sharey=True),
        (("Adam with L2", torch.optim.Adam), ("AdamW", torch.optim.AdamW)),
        strict=True,
    ):
        weights = torch.ones(2, requires_grad=True)
        optimiser, sizes = kind([weights], lr=0.005, weight_decay=0.5), [[1.0, 1.0]]
        for gradient in noise:
            weights.grad = torch.tensor(gradient, dtype=torch.float32)
            optimiser.step()
            sizes.append(weights.detach().tolist())
        for column, (label, colour, dash) in enumerate(
            (("large gradients", BLUE, "-"), ("small gradients", ORANGE, "--"))
        ):
            axes.plot(np.array(sizes)[:, column], dash, color=colour, label=label)
        axes.set(title=name, xlabel="step", ylim=(-0.3, 1.1))
        axes.legend()
    figure.axes[0].set_ylabel("weight, 1 at the start")
    return figure
