"""Pictures of a trained language model: its course, a head's attention, tokens that are alike, what top-p leaves."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from dlf_reference.plots.canvas import BLUE, MUTED, ORANGE, PALE_GREY, card

Array = np.ndarray


def course(log: Path, five_gram: float) -> Figure:
    """The loss of each step, and the bits per byte after each epoch beside those of a 5-gram.

    Args:
        log: `log.jsonl` of the training.
    """
    rows = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    ends = [row for row in rows if "bits_per_byte" in row]
    figure = card(8.4, 3.4)
    left, right = figure.subplots(1, 2)
    left.plot([row["step"] for row in rows], [row["loss"] for row in rows], color=BLUE, linewidth=1)
    left.set(title="Training loss", xlabel="step", ylabel="nats per token")
    right.plot([row["epoch"] for row in ends], [row["bits_per_byte"] for row in ends], "o-", color=BLUE, label="model")
    right.axhline(five_gram, color=ORANGE, linestyle="--", label="5-gram, test texts")
    right.set(title="Texts held out", xlabel="epoch", ylabel="bits per byte")
    right.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    right.legend()
    return figure


def attention(weights: Array, tokens: Sequence[str], title: str) -> Figure:
    """Where each token of a text looks: a row for each query.

    Args:
        weights: (T, T).
    """
    size = 2.2 + 0.26 * len(tokens)
    figure = card(size + 0.6, size)
    axes = figure.add_subplot()
    axes.imshow(weights, cmap="Blues", vmin=0, vmax=1)
    places = range(len(tokens))
    axes.set_xticks(places, tokens, rotation=90, fontsize=7)
    axes.set_yticks(places, tokens, fontsize=7)
    axes.set(title=title, xlabel="key: what is looked at", ylabel="query")
    axes.grid(visible=False)
    return figure


def neighbours(table: Array, names: Sequence[str], chosen: Sequence[int], count: int = 6) -> Figure:
    """The tokens whose vectors make the smallest angle with some chosen ones.

    Args:
        table: a vector for each token, (K, E).
    """
    unit = table / np.maximum(np.linalg.norm(table, axis=1, keepdims=True), 1e-12)
    figure = card(8.4, 0.9 + 0.34 * len(chosen))
    axes = figure.add_subplot()
    axes.axis("off")
    for row, token in enumerate(chosen):
        near = [int(at) for at in np.argsort(-(unit @ unit[token])) if at != token][:count]
        axes.text(0.0, -row, names[token], color=BLUE, va="center", fontweight="bold")
        axes.text(0.16, -row, "   ".join(f"{names[at]} {unit[at] @ unit[token]:.2f}" for at in near), va="center")
    axes.set(xlim=(0, 1), ylim=(-len(chosen), 1), title="Nearest tokens, and the cosine of the angle")
    return figure


def top_p(odds: Array, names: Sequence[str], p: float, prompt: str, shown: int = 20) -> Figure:
    """The most likely next tokens, and what top-p leaves of them.

    Args:
        odds: of every token, (K,).
    """
    order = np.argsort(-odds, kind="stable")
    kept = int(np.searchsorted(np.cumsum(odds[order]), p)) + 1
    left = np.where(np.arange(len(order)) < kept, odds[order], 0)
    figure = card(8.4, 3.6)
    axes = figure.add_subplot()
    places = np.arange(min(shown, len(order)))
    axes.bar(places - 0.2, odds[order][places], 0.4, color=PALE_GREY, edgecolor=MUTED, label="before")
    axes.bar(places + 0.2, (left / left.sum())[places], 0.4, color=BLUE, label=f"after top-p {p:g}: {kept} tokens left")
    axes.set_xticks(places, [names[order[at]] for at in places], rotation=60, ha="right", fontsize=8)
    axes.set(title=f"After “{prompt}”", ylabel="probability")
    axes.legend()
    return figure
