"""How PyTorch's own layers start."""

from __future__ import annotations

import torch
from torch import nn

SCALES = ("weight", "scale", "gain", "gamma")  # as norms of one's own call theirs


def standard_start(network: nn.Module) -> None:
    """Layers of PyTorch's start as PyTorch starts them, scales of norms at 1, others with variance 1 / fan-in."""
    own = set[int]()
    for module in network.modules():
        if _is_pytorchs(module):
            module.reset_parameters()  # type: ignore[operator]  # a method
            if not isinstance(module, nn.Embedding):
                own.update(id(p) for p in module.parameters(recurse=False))
    with torch.no_grad():
        for p in network.parameters():
            if id(p) not in own and p.ndim > 1:
                p.normal_(std=p[0].numel() ** -0.5)
        for name, p in network.named_parameters():
            if id(p) not in own and p.ndim == 1 and name.rpartition(".")[2] in SCALES:
                p.fill_(1)


def times_the_standard(network: nn.Module) -> dict[str, float]:
    """How large each parameter of a network is, in multiples of what the standard start makes of it.

    Nobody knows which axes of a weight outside PyTorch's layers are inputs: it counts as unusual by what it is for any
    of them. The network starts anew thereby.
    """
    sizes = {name: size_of(p) for name, p in network.named_parameters()}
    with torch.random.fork_rng(devices=()):
        standard_start(network)
    standard = {name: size_of(p) for name, p in network.named_parameters()}
    tables = {id(module.weight) for module in network.modules() if isinstance(module, nn.Embedding)}
    standard |= {name: 1.0 for name, p in network.named_parameters() if id(p) in tables}  # as PyTorch starts them
    times = {name: sizes[name] / standard[name] for name in sizes if standard[name]}
    own = {id(p) for module in network.modules() if _is_pytorchs(module) for p in module.parameters(recurse=False)}
    times |= {
        name: _at_least(p, sizes[name]) for name, p in network.named_parameters() if p.ndim > 1 and id(p) not in own
    }
    usual = {name for name, p in network.named_parameters() if id(p) in tables and times.get(name, 1) < 1}
    return {name: found for name, found in times.items() if name not in usual}  # small tables are nothing unusual


def _is_pytorchs(module: nn.Module) -> bool:
    """Whether it is a layer that knows how it starts."""
    return type(module).__module__.startswith("torch.nn") and hasattr(module, "reset_parameters")


def _at_least(p: torch.Tensor, size: float) -> float:
    """How unusual a weight's size is for any number of inputs that its shape allows."""
    fans = {p[0].numel(), *(p.shape if p.ndim == 2 else p.shape[1:])}
    smallest, largest = max(fans) ** -0.5, min(fans) ** -0.5
    return size / largest if size > largest else size / smallest if size < smallest else 1.0


def size_of(p: torch.Tensor) -> float:
    """The root mean square of a weight's numbers."""
    return float(p.detach().square().mean().sqrt())
