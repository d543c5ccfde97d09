"""The first layer with weights of a network, and what it is given."""

from __future__ import annotations

from torch import nn
from torch.utils.hooks import RemovableHandle


def first_layer(network: nn.Module) -> nn.Module | None:
    """The first layer with weights that is given numbers."""
    return next((m for m in network.modules() if isinstance(m, nn.Conv2d | nn.Linear)), None)


def standardise(layer: nn.Module) -> RemovableHandle:
    """What a layer is given has mean 0 and variance 1 over the batch from now on."""
    return layer.register_forward_pre_hook(
        lambda module, given: ((given[0] - given[0].mean()) / given[0].std().clamp(min=1e-6),)
    )
