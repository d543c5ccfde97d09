"""How large the tokens' vectors are after each block of a network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from matplotlib.figure import Figure

from dlf_reference.plots.canvas import BLUE, INK, card
from dlf_reference.plots.inside import Inputs, outputs
from dlf_reference.training.common import Array


@dataclass(frozen=True)
class BlockNorms:
    """The norm of every real token's vector after a block.

    Attributes:
        name: the block's path in the network, "blocks.0".
        norms: (tokens,).
    """

    name: str
    norms: Array


def block_names(model: torch.nn.Module) -> set[str]:
    """Paths of what stands in a ModuleList or Sequential, but of nothing inside of it."""
    found = set[str]()
    for name, module in model.named_modules():
        if isinstance(module, torch.nn.ModuleList | torch.nn.Sequential):
            members = {f"{name}.{key}" if name else key for key, _ in module.named_children()}
            if not any(name == block or name.startswith(f"{block}.") for block in found):
                found |= members
    return found


def block_norms(model: torch.nn.Module, inputs: Inputs, padding: int = 0) -> list[BlockNorms]:
    """Run texts through a model and measure what each block returns, in the order of the run.

    Args:
        inputs: tokens (N, T), and lengths if the model wants them.
        padding: the token that fills texts up; it does not count.

    Returns:
        of each block whose output is (N, T, E); empty where there is none.
    """
    blocks = block_names(model)
    if not blocks:
        return []
    real = (inputs[0] != padding).cpu()
    seen = outputs(model, inputs, lambda name, _: name in blocks)
    tokenwise = [each for each in seen if each.output.ndim == 3 and each.output.shape[:2] == real.shape]
    return [BlockNorms(each.name, each.output.norm(dim=2)[real].numpy()) for each in tokenwise]


def layer_norms(blocks: Sequence[BlockNorms]) -> Figure:
    """Draw the mean norm after each block, and the range that eight tokens out of ten lie in."""
    means = np.array([each.norms.mean() for each in blocks])
    spans = np.array([np.quantile(each.norms, (0.1, 0.9)) for each in blocks])
    places = np.arange(len(blocks))
    figure = card(max(4.6, 2.0 + 0.8 * len(blocks)), 3.1)
    axes = figure.add_subplot()
    axes.errorbar(places, means, yerr=np.abs(spans.T - means).clip(min=0), fmt="o-", color=BLUE, capsize=4)
    for place, mean in zip(places, means, strict=True):
        axes.annotate(f"{mean:.1f}", (place, mean), (7, 5), textcoords="offset points", color=INK)
    axes.set_xticks(places, [each.name for each in blocks], rotation=0 if len(blocks) <= 6 else 45)
    axes.set(xlim=(-0.4, len(blocks) - 0.4), ylim=(0, float(spans.max()) * 1.1), ylabel="norm of a token's vector")
    axes.set_title("After each block: mean, and where 8 tokens of 10 lie")
    axes.grid(visible=False, axis="x")
    return figure
