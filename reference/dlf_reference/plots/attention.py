"""Which words look at which: attention weights, caught on their way through a softmax."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from torch.nn import functional as F
from torch.overrides import TorchFunctionMode

from dlf_reference.plots.canvas import BLUE, MUTED, PAPER, card
from dlf_reference.plots.inside import Inputs, evaluation
from dlf_reference.training.common import Array
from dlf_reference.training.trained import TrainedRun

MOST_HEADS = 4
FEWEST_WORDS, MOST_WORDS = 8, 20  # of a text that fits on the axes
SHADES = LinearSegmentedColormap.from_list("paper to blue", [PAPER, BLUE])
SOFTMAXES = (torch.softmax, torch.Tensor.softmax, F.softmax)


class _Watch(TorchFunctionMode):
    """Keeps every softmax result of a shape that self-attention over `words` words has."""

    def __init__(self, words: int) -> None:
        super().__init__()
        self.words, self.found = words, list[Array]()

    def __torch_function__(
        self, function: Callable[..., Any], types: Any, args: Any = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        result = function(*args, **(kwargs or {}))
        if function in SOFTMAXES and result.shape[-2:] == (self.words, self.words):
            self.found.append(result.detach().float().cpu().reshape(-1, self.words, self.words).numpy())
        return result


def caught_weights(model: torch.nn.Module, inputs: Inputs) -> list[Array]:
    """Run one text through a model and return the attention weights of each layer, (h, T, T).

    Args:
        inputs: tokens (1, T), and the length if the model wants it.

    Returns:
        of every softmax over keys whose result is (1, h, T, T) or (h, T, T); empty where there is none.
    """
    with evaluation(model), _Watch(inputs[0].shape[1]) as watch:
        model(*inputs)
    return [each for each in watch.found if np.allclose(each.sum(axis=-1), 1, atol=1e-2)]


def chosen_text(run: TrainedRun) -> int:
    """The row of a test text that fits on the axes, is predicted right and has few unknown words; else the shortest."""
    assert run.lengths is not None
    unknown = (run.examples == 1).sum(axis=1)
    fits = (run.lengths >= FEWEST_WORDS) & (run.lengths <= MOST_WORDS) & (run.predictions == run.labels)
    if not fits.any():
        return int(np.argmin(np.where(run.lengths > 0, run.lengths, np.iinfo(np.int64).max)))
    return int(np.argmin(np.where(fits, unknown, np.iinfo(np.int64).max)))


def attention(weights: Array, words: Sequence[str], title: str) -> Figure:
    """Draw one layer's heads, a heat map each.

    Args:
        weights: (h, T, T); row t is where word t looks, and sums to one.
        words: of the text, T of them.
    """
    shown = weights[:MOST_HEADS]
    columns = min(len(shown), 2)
    rows = -(-len(shown) // columns)
    side = 1.3 + 0.17 * len(words)
    figure = card(0.4 + side * columns, 0.9 + side * rows)
    panels = figure.subplots(rows, columns, squeeze=False).flat
    places = range(len(words))
    for head, axes in enumerate(panels):
        if head >= len(shown):
            axes.axis("off")
            continue
        axes.imshow(shown[head], cmap=SHADES, vmin=0, vmax=float(shown[head].max()))
        axes.set_xticks(places, words, rotation=90, fontsize=7)
        axes.set_yticks(places, words, fontsize=7)
        axes.set_title(f"head {head + 1}: darkest = {shown[head].max():.2f}", fontsize=9)
        axes.grid(visible=False)
        axes.tick_params(length=0)
    figure.suptitle(title, fontsize=10)
    figure.supxlabel("word that is looked at; each row sums to 1", fontsize=8, color=MUTED)
    figure.supylabel("word that looks", fontsize=8, color=MUTED)
    return figure
