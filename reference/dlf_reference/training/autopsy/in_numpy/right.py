"""What PyTorch would have done, on the state that a learner's training was in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch.nn.functional import linear, nll_loss

from dlf_reference.oracles.m4 import RULES
from dlf_reference.training.common import Array

Function = Callable[[torch.Tensor], torch.Tensor]


def gradients(x: Array, y: Array, params: list[Array]) -> list[Array]:
    """Of the cross-entropy of a network of linear layers with ReLU between them, in float64.

    Args:
        params: W (out, in) and b (out,) of each layer, from the input's to the output's.
    """
    return _gradients(x, y, params)


def mistaken_gradients(x: Array, y: Array, params: list[Array]) -> dict[str, list[Array]]:
    """What they would be with a mistake in backward or in the loss, by its name."""
    return {
        "rectifier-passes-all": _gradients(x, y, params, rectifier=_passed),
        "softmax-down-the-batch": _gradients(x, y, params, lambda h: h.log_softmax(dim=0)),
        "loss-without-logarithm": _gradients(x, y, params, lambda h: h.softmax(dim=1)),
        "logits-rectified": _gradients(x, y, params, lambda h: torch.relu(h).log_softmax(dim=1)),
        "logits-are-probabilities": _gradients(x, y, params, lambda h: h.softmax(dim=1).log_softmax(dim=1)),
    }


def _passed(h: torch.Tensor) -> torch.Tensor:
    """ReLU, with a gradient of one everywhere."""
    return h + (torch.relu(h) - h).detach()


def _log_p(h: torch.Tensor) -> torch.Tensor:
    return h.log_softmax(dim=1)


def _gradients(
    x: Array, y: Array, params: list[Array], log_p: Function = _log_p, rectifier: Function = torch.relu
) -> list[Array]:
    leaves = [torch.from_numpy(w).double().requires_grad_() for w in params]
    h = torch.from_numpy(x).double()
    for at in range(0, len(leaves), 2):
        h = linear(rectifier(h) if at else h, leaves[at], leaves[at + 1])
    loss = nll_loss(log_p(h), torch.from_numpy(y))
    return [g.numpy() for g in torch.autograd.grad(loss, leaves)]


def updates(
    optimiser: str, options: dict[str, Any], states: list[list[Array]], grads: list[list[Array]], steps: list[int]
) -> list[list[Array]]:
    """What an optimiser subtracts in these steps, from 1, its own state kept over all of them.

    Args:
        states: the parameters before each step.
        grads: their gradients at each step.
    """
    rule = RULES[optimiser]([torch.from_numpy(w.copy()) for w in states[0]], **options)
    found = []
    for step, (before, given) in enumerate(zip(states, grads, strict=True), 1):
        params = [torch.from_numpy(w.copy()) for w in before]
        rule(params, [torch.from_numpy(g.copy()) for g in given], options["lr"])
        if step in steps:
            found.append([w - after.numpy() for w, after in zip(before, params, strict=True)])
    return found
