"""A language model as one that gives a row of logits for each place."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn


class Continued(nn.Module):
    """A language model, with the logits of its last places side by side: (N, T, K) → (N · last, K).

    Args:
        last: how many places; 0 for all.
    """

    def __init__(self, model: Any, last: int = 0) -> None:
        super().__init__()
        self.model, self.last = model, last

    def forward(self, tokens: torch.Tensor, *_: torch.Tensor) -> torch.Tensor:
        logits: torch.Tensor = self.model(tokens)
        return logits[:, -self.last :].flatten(0, 1)
