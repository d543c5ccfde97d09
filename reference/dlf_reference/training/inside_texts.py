"""Looking into a trained network of texts: where its attention goes, and how large its vectors get."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch.nn import functional as F
from torch.overrides import TorchFunctionMode

from dlf_reference.training.common import Array
from dlf_reference.training.inside import Inputs, evaluation, outputs, text_inputs

SOFTMAXES = (torch.softmax, torch.Tensor.softmax, F.softmax)


@dataclass(frozen=True)
class BlockNorms:
    """The norm of every real token's vector after a block.

    Attributes:
        name: the block's path in the network, "blocks.0".
        norms: (tokens,).
    """

    name: str
    norms: Array


def of_text(model: torch.nn.Module, tokens: Array) -> list[Array]:
    """The attention weights of each layer for one text, (heads, T, T); empty where there are none.

    Args:
        tokens: (1, T), without padding.
    """
    return caught_weights(model, text_inputs(model, tokens, np.array([tokens.shape[1]])))


def of_texts(model: torch.nn.Module, tokens: Array, lengths: Array) -> list[tuple[str, Array]]:
    """The norms of tokens' vectors after each block, by its name; empty where there are no blocks.

    Args:
        tokens: (N, T), filled up with 0.
        lengths: (N,).
    """
    return [(each.name, each.norms) for each in block_norms(model, text_inputs(model, tokens, lengths))]


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
