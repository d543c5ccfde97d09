"""PyTorch's optimisers as the recipes use them: in few, fused kernels, and without its compiler.

PyTorch marks methods of its optimisers for its compiler when they are first called, and imports that to do so: 2.5
seconds of processor time in every process that trains, and nothing here is compiled. So the plain methods are used.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable

import torch
from torch.optim import Optimizer

Parameters = Iterable[torch.nn.Parameter]


class Unmarked(Optimizer):
    """An optimiser whose methods are the plain ones."""

    add_param_group = inspect.unwrap(Optimizer.add_param_group)
    load_state_dict = inspect.unwrap(Optimizer.load_state_dict)
    state_dict = inspect.unwrap(Optimizer.state_dict)
    zero_grad = inspect.unwrap(Optimizer.zero_grad)


class Adam(Unmarked, torch.optim.Adam):
    """Adam."""

    step = torch.no_grad()(inspect.unwrap(torch.optim.Adam.step))


class AdamW(Unmarked, torch.optim.AdamW):
    """AdamW."""

    step = Adam.step


class SGD(Unmarked, torch.optim.SGD):
    """Stochastic gradient descent."""

    step = torch.no_grad()(inspect.unwrap(torch.optim.SGD.step))


def can_be_fused(parameters: Iterable[torch.Tensor]) -> bool:
    """Whether one kernel can step them all: they must be floats of a device that PyTorch has such kernels for."""
    return all(p.is_floating_point() and p.device.type in ("cpu", "cuda") for p in parameters)


def made_for_bfloat16(device: torch.device) -> bool:
    """Whether a device computes faster in bfloat16; most processors take twenty times as long."""
    return device.type == "cuda" or (device.type == "cpu" and torch.cpu._is_avx512_bf16_supported())
