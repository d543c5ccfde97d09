"""Muon: a step for convolution filters and matrices that moves them equally far in every direction.

A gradient's matrix is dominated by few directions; the others hardly move. Muon keeps the directions and makes their
lengths, the singular values, nearly one. K. Jordan and others: "Muon: An optimizer for hidden layers in neural
networks" (2024), https://kellerjordan.github.io/posts/muon/, whose coefficients these are.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import torch

from dlf_reference.training.optimisers import Unmarked, made_for_bfloat16

QUINTIC = (3.4445, -4.7750, 2.0315)
ROUNDS = 3
FILTERS_MOMENTUM, OTHERS_MOMENTUM = 0.6, 0.9
MATRICES_MOMENTUM = 0.95
BETAS, EPS = (0.9, 0.95), 1e-8
AS_ADAM = 0.2  # the root mean square of a step of Adam, in learning rates
TABLE = 10  # times as many rows as columns: vectors of tokens, not a map from features to features


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


class MuonAdamW(Unmarked):
    """Muon for matrices, AdamW for every other parameter, with one learning rate for both.

    A matrix moves as far, in root mean square, as AdamW would move it: J. Liu and others, "Muon is Scalable for LLM
    Training" (2025), https://arxiv.org/abs/2502.16982, section 2.2.

    Args:
        parameters: of the model; those with two axes are matrices, but for tables of vectors, which are long and thin.
        lr: learning rate.
        weight_decay: decoupled, of all.
    """

    def __init__(self, parameters: Iterable[torch.nn.Parameter], lr: float, weight_decay: float) -> None:
        super().__init__(parameters, {"lr": lr, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]  # no recipe asks for a closure
        """Move every parameter that has a gradient."""
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is not None:
                    direction = self._orthogonal(p) if _is_matrix(p) else self._adam(p)
                    p.mul_(1 - group["lr"] * group["weight_decay"]).add_(direction, alpha=-group["lr"])

    def _orthogonal(self, p: torch.Tensor) -> torch.Tensor:
        gradient, state = p.grad, self.state[p]
        assert gradient is not None
        mean: torch.Tensor = state.setdefault("momentum_buffer", torch.zeros_like(p))
        mean.mul_(MATRICES_MOMENTUM).add_(gradient)
        return orthogonalised(gradient.add(mean, alpha=MATRICES_MOMENTUM)) * (AS_ADAM * math.sqrt(max(p.shape)))

    def _adam(self, p: torch.Tensor) -> torch.Tensor:
        gradient, state = p.grad, self.state[p]
        assert gradient is not None
        mean: torch.Tensor = state.setdefault("exp_avg", torch.zeros_like(p))
        square: torch.Tensor = state.setdefault("exp_avg_sq", torch.zeros_like(p))
        steps = float(state.setdefault("step", torch.zeros(())).add_(1))
        mean.lerp_(gradient, 1 - BETAS[0])
        square.lerp_(gradient.square(), 1 - BETAS[1])
        unbiased_mean, unbiased_square = mean / (1 - BETAS[0] ** steps), square / (1 - BETAS[1] ** steps)
        direction: torch.Tensor = unbiased_mean / unbiased_square.sqrt().add(EPS)
        return direction


def _is_matrix(p: torch.Tensor) -> bool:
    return p.ndim == 2 and max(p.shape) < TABLE * min(p.shape)


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
