"""What a model's own code keeps from one forward to the next, in attributes and variables."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

MEGABYTE = 1 << 20


def held(network: Any) -> dict[str, float]:
    """Megabytes of the tensors in each list and dictionary that the model's code keeps, if it is one or more.

    Nothing is computed: there may be no memory left.
    """
    found = dict[str, float]()
    for owner, module in network.named_modules():
        for name, value in attributes_of(owner, module).items():
            parts = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
            size = sum(part.numel() * part.element_size() for part in parts if isinstance(part, torch.Tensor))
            if size > MEGABYTE:
                found[name] = size / MEGABYTE
    return found


def is_own(module: nn.Module) -> bool:
    """Whether a module's class is no class of PyTorch's."""
    return not type(module).__module__.startswith("torch.")


def attributes_of(owner: str, module: nn.Module) -> dict[str, Any]:
    """What a module's code can keep from call to call: its attributes, those of its class, and the file's variables."""
    own = vars(module).keys() - vars(nn.Module()).keys()
    kept = {f"self.{owner}.{name}".replace("..", "."): vars(module)[name] for name in own}
    kind = type(module)
    if is_own(module):
        kept |= {f"{kind.__name__}.{name}": value for name, value in vars(kind).items()}
        kept |= getattr(kind.forward, "__globals__", {})
    return kept
