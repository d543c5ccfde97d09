"""Looking into a PyTorch model: how large it is, and which of its parameters learn."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch.nn.functional import cross_entropy


def size(model: Any) -> dict[str, int]:
    """Number of trainable numbers of each parameter, by name.

    Raises:
        TypeError: it is not a torch.nn.Module.
    """
    if not isinstance(model, torch.nn.Module):
        raise TypeError(f"expected a torch.nn.Module, got {type(model).__name__}")
    return {name: p.numel() for name, p in model.named_parameters() if p.requires_grad}


def logits(model: Any, *inputs: np.ndarray) -> Any:
    """What the model gives for a batch in evaluation mode, without gradients."""
    model.eval()
    with torch.no_grad():
        return model(*map(torch.from_numpy, inputs))


def unregistered(model: torch.nn.Module) -> list[str]:
    """Attributes with weights that PyTorch does not see: modules in a plain list, or a tensor that is no Parameter."""
    known = {id(part) for part in (*model.modules(), *model.parameters())}

    def hidden(value: Any) -> bool:
        if isinstance(value, list | tuple | dict):
            return any(map(hidden, value.values() if isinstance(value, dict) else value))
        learns = isinstance(value, torch.nn.Module) or (isinstance(value, torch.Tensor) and value.requires_grad)
        return learns and id(value) not in known and not (isinstance(value, torch.Tensor) and value.grad_fn)

    return [
        f"{owner}.{name}".lstrip(".")
        for owner, module in model.named_modules()
        for name, value in vars(module).items()
        if not name.startswith("_") and hidden(value)
    ]


def gradient_sizes(model: Any, targets: np.ndarray, *inputs: np.ndarray) -> dict[str, float]:
    """The largest absolute gradient of each parameter under cross-entropy in training mode; 0 where there is none.

    Raises:
        TypeError: the model gives something else than a row of logits for each target.
    """
    model.train()
    model.zero_grad()
    y = model(*map(torch.from_numpy, inputs))
    if not isinstance(y, torch.Tensor) or y.ndim != 2 or len(y) != len(targets):
        got = f"shape {tuple(y.shape)}" if isinstance(y, torch.Tensor) else type(y).__name__
        raise TypeError(f"expected forward to return a tensor of logits of shape ({len(targets)}, K), got {got}")
    cross_entropy(y, torch.from_numpy(targets)).backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
    return {
        name: 0.0 if p.grad is None else float(p.grad.abs().max())
        for name, p in model.named_parameters()
        if p.requires_grad
    }


def with_zero_parameters(model: Any, x: np.ndarray) -> Any:
    """What the model gives for a batch once every parameter is zero: only what bypasses them is left."""
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.zero_()
    return logits(model, x)
