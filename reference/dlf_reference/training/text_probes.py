"""Looking into a PyTorch model that reads rows of tokens, with their lengths where it takes them."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch.nn.functional import cross_entropy


def logits(model: Any, *inputs: np.ndarray) -> Any:
    """What the model gives for a batch in evaluation mode, without gradients."""
    model.eval()
    with torch.no_grad():
        return model(*map(torch.from_numpy, inputs))


def gradient_sizes(model: Any, targets: np.ndarray, *inputs: np.ndarray) -> dict[str, float]:
    """The largest absolute gradient of each parameter under cross-entropy in training mode; 0 where there is none."""
    model.train()
    model.zero_grad()
    cross_entropy(model(*map(torch.from_numpy, inputs)), torch.from_numpy(targets)).backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
    return {
        name: 0.0 if p.grad is None else float(p.grad.abs().max())
        for name, p in model.named_parameters()
        if p.requires_grad
    }
