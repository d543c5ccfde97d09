"""A network without its hooks, which may change a gradient on its way back."""

from __future__ import annotations

from typing import Any

from torch import nn
from torch.overrides import TorchFunctionMode

from dlf_reference.training.autopsy.forward.noticed import name_of


def unhook(network: nn.Module) -> None:
    """Take away the hooks that were registered before."""
    for module in network.modules():
        module._backward_hooks.clear()
        module._backward_pre_hooks.clear()
    for p in network.parameters():
        p._backward_hooks = None


class Unhooked(TorchFunctionMode):
    """A forward registers no hook on what it computes."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if name_of(func) == "register_hook":
            return None
        return func(*args, **(kwargs or {}))
