"""What becomes of a network's weights in a forward and in a few steps."""

from __future__ import annotations

import math
from typing import Any

from torch import nn

from dlf_reference.training.autopsy.course import Batch, loss_of
from dlf_reference.training.autopsy.measured import Parameter
from dlf_reference.training.watching import removed_after

SCALES = ("weight", "gamma", "scale")


def listed(network: nn.Module, gradients: dict[str, float], starts: dict[str, float]) -> list[Parameter]:
    """Every parameter as it is now.

    Args:
        gradients: the largest norm of each.
        starts: how large each was at the start, where that is known.
    """
    tables = {id(module.weight) for module in network.modules() if isinstance(module, nn.Embedding)}
    found = []
    for name, p in network.named_parameters():
        units = p.requires_grad or id(p) in tables
        found.append(_as_it_is(name, p, gradients.get(name, 0.0), starts.get(name, math.nan), units=units))
    return found


def _as_it_is(name: str, p: nn.Parameter, gradient: float, start: float, *, units: bool) -> Parameter:
    w = p.detach()
    rows = w.flatten(1) if w.ndim > 1 else w[:, None] if w.ndim else w[None, None]
    equal = float((rows[1:] == rows[:1]).all(dim=1).float().mean()) if units and w.ndim > 1 and len(rows) > 1 else 0.0
    of_zeros = w.ndim == 1 and name.rpartition(".")[2] in SCALES and not w.any()
    return Parameter(name, p.numel(), p.requires_grad, gradient, equal, of_zeros, start)


def dropped(network: nn.Module, batch: Batch) -> tuple[str, ...]:
    """Modules with weights that forward calls, and that none of the logits depends on; the outermost ones alone.

    It is asked only where nothing cuts a gradient off.
    """
    called, names = set[nn.Module](), dict[nn.Module, str]()
    for name, module in network.named_modules():
        names.setdefault(module, name)

    def noticing(module: nn.Module, given: Any) -> None:
        called.add(module)

    with removed_after(module.register_forward_pre_hook(noticing) for module in names):
        network.zero_grad(set_to_none=True)
        loss = loss_of(network, batch)
        if loss.requires_grad:
            loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
    found = [name for module, name in names.items() if name and module in called and _unreached(module)]
    return tuple(name for name in found if not any(name.startswith(f"{outer}.") for outer in found))


def _unreached(module: nn.Module) -> bool:
    """Whether a module has weights to train, and a gradient for none of them."""
    weights = [p for p in module.parameters() if p.requires_grad]
    return bool(weights) and all(p.grad is None for p in weights)
