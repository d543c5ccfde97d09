"""The first layer with weights of a network, and what it is given."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import nn
from torch.utils.hooks import RemovableHandle

Look = Callable[[torch.Tensor], torch.Tensor | None]


def first_layer(network: nn.Module) -> nn.Module | None:
    """The first layer with weights that is given numbers."""
    return next((m for m in network.modules() if isinstance(m, nn.Conv2d | nn.Linear)), None)


def watch(network: nn.Module, layer: nn.Module, look: Look) -> list[RemovableHandle]:
    """Let a layer's input be looked at, and perhaps be another, where it is the network's own: of as many numbers.

    Args:
        look: is given the layer's input; gives what takes its place, or None.
    """
    numbers = list[int]()

    def taken(module: nn.Module, given: Any) -> None:
        numbers.append(given[0].numel())

    def reached(module: nn.Module, given: Any) -> Any:
        return (found,) if numbers[-1:] == [given[0].numel()] and (found := look(given[0])) is not None else None

    return [network.register_forward_pre_hook(taken), layer.register_forward_pre_hook(reached)]


def standardise(network: nn.Module, layer: nn.Module) -> list[RemovableHandle]:
    """What a layer is given has mean 0 and variance 1 over the batch from now on, where it is the network's input."""
    return watch(network, layer, lambda x: (x - x.mean()) / x.std().clamp(min=1e-6))
