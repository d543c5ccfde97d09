"""Muon: a step for convolution filters that moves them equally far in every direction.

A gradient's matrix is dominated by few directions; the others hardly move. Muon keeps the directions and makes their
lengths, the singular values, nearly one. K. Jordan and others: "Muon: An optimizer for hidden layers in neural
networks" (2024), https://kellerjordan.github.io/posts/muon/, whose coefficients these are.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch

from dlf_reference.training.optimisers import Unmarked, made_for_bfloat16

QUINTIC = (3.4445, -4.7750, 2.0315)
ROUNDS = 3
FILTERS_MOMENTUM, OTHERS_MOMENTUM = 0.6, 0.9


class Muon(Unmarked):
    """Muon for convolution filters, SGD with Nesterov's momentum for every other parameter.

    Args:
        parameters: of the model; those with four axes (out, in, k, k) are filters.
        lr: learning rate of both.
        weight_decay: of what is not a filter. Filters keep a root mean square norm of one instead: with a normalisation
            behind them only their direction matters.
    """

    def __init__(self, parameters: Iterable[torch.nn.Parameter], lr: float, weight_decay: float) -> None:
        every = list(parameters)
        filters, others = [p for p in every if p.ndim == 4], [p for p in every if p.ndim != 4]
        groups: list[dict[str, Any]] = [
            {"params": filters, "momentum": FILTERS_MOMENTUM, "weight_decay": 0.0},
            {"params": others, "momentum": OTHERS_MOMENTUM, "weight_decay": weight_decay},
        ]
        super().__init__([group for group in groups if group["params"]], {"lr": lr})

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]  # no recipe asks for a closure
        """Move every parameter that has a gradient."""
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is not None:
                    gradient = p.grad.add(p, alpha=group["weight_decay"])
                    mean = self.state[p].setdefault("momentum_buffer", torch.zeros_like(p))
                    mean.mul_(group["momentum"]).add_(gradient)
                    ahead = gradient.add_(mean, alpha=group["momentum"])
                    if p.ndim == 4:
                        p.mul_(len(p) ** 0.5 / p.norm().clamp_min(1e-7))
                        ahead = orthogonalised(ahead.reshape(len(p), -1)).view(p.shape)
                    p.add_(ahead, alpha=-group["lr"])


def orthogonalised(matrix: torch.Tensor) -> torch.Tensor:
    """A matrix (rows, columns) with the same singular vectors, and singular values near one.

    A quintic polynomial in the matrix acts on each singular value by itself and drives it towards one; bfloat16 is
    exact enough for that.
    """
    a, b, c = QUINTIC
    wide = matrix if len(matrix) <= matrix.shape[1] else matrix.T
    x = wide / wide.norm().clamp_min(1e-7)
    x = x.bfloat16() if made_for_bfloat16(x.device) else x
    for _ in range(ROUNDS):
        gram = x @ x.T  # (rows, rows)
        x = a * x + (b * gram + c * gram @ gram) @ x
    found: torch.Tensor = x if wide is matrix else x.T
    return found.to(matrix.dtype)
