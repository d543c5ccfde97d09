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


def logits(model: Any, x: np.ndarray) -> Any:
    """What the model gives for a batch in evaluation mode, without gradients."""
    model.eval()
    with torch.no_grad():
        return model(torch.from_numpy(x))


def gradient_sizes(model: Any, x: np.ndarray, targets: np.ndarray) -> dict[str, float]:
    """The largest absolute gradient of each parameter under cross-entropy in training mode; 0 where there is none."""
    model.train()
    model.zero_grad()
    cross_entropy(model(torch.from_numpy(x)), torch.from_numpy(targets)).backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
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
