"""Running statistics of a learner's own layers, against what they are statistics of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn

from dlf_reference.training.autopsy.forward.attributes import is_own
from dlf_reference.training.autopsy.forward.noticed import Inputs
from dlf_reference.training.watching import removed_after

BATCH_NORMS = nn.modules.batchnorm._BatchNorm
FAR_SIZE, FAR_MEAN = 3.0, 3.0  # times the variance, either way; standard deviations


def astray(network: nn.Module, inputs: Inputs) -> tuple[dict[str, float], dict[str, float]]:
    """Buffers that are far from the variance, or the mean, of what their layer is given in training mode.

    Returns:
        of buffers with "var" in their name, how many times the variance they are, the median over channels; of those
        with "mean", how many standard deviations they are from the mean.
    """
    given: dict[nn.Module, torch.Tensor] = {}

    def take(module: nn.Module, args: Any) -> None:
        if args and isinstance(args[0], torch.Tensor) and args[0].is_floating_point():
            given.setdefault(module, args[0].detach())

    own = {name: m for name, m in network.named_modules() if is_own(m)}
    hooks = (m.register_forward_pre_hook(take) for m in own.values())
    with torch.no_grad(), buffers_put_back(network), removed_after(hooks):
        network.train()(*inputs)
    variances, means = dict[str, float](), dict[str, float]()
    for owner, module in own.items():
        for name, buffer in module.named_buffers(recurse=False):
            path = f"{owner}.{name}".lstrip(".")
            if module not in given or (channels := _by_channel(given[module], buffer.numel())) is None:
                continue
            variance, mean = torch.var_mean(channels, dim=1, correction=0)
            if "var" in name:
                ratio = float((buffer.flatten() / variance.clamp(min=1e-12)).median())
                if not 1 / FAR_SIZE < ratio < FAR_SIZE:
                    variances[path] = ratio
            elif "mean" in name:
                far = float(((buffer.flatten() - mean).abs() / variance.sqrt().clamp(min=1e-6)).median())
                if far > FAR_MEAN:
                    means[path] = far
    return variances, means


@contextmanager
def buffers_put_back(network: nn.Module) -> Iterator[None]:
    """A network's buffers are afterwards as they were."""
    kept = {name: b.clone() for name, b in network.named_buffers()}
    try:
        yield
    finally:
        for name, b in network.named_buffers():
            b.copy_(kept[name])


@contextmanager
def statistics_renewed(network: nn.Module, batches: Sequence[Inputs]) -> Iterator[dict[str, float]]:
    """The batch norms of PyTorch hold the mean of some batches instead of their running statistics.

    Yields:
        their momentum, by name.
    """
    norms = {name: m for name, m in network.named_modules() if isinstance(m, BATCH_NORMS) and m.track_running_stats}
    momenta = {name: m.momentum for name, m in norms.items()}
    with buffers_put_back(network):
        try:
            for m in norms.values():
                m.reset_running_stats()
                m.momentum = None  # the mean of all batches
            with torch.no_grad():
                for inputs in batches if norms else ():
                    network.eval()
                    for m in norms.values():
                        m.training = True
                    network(*inputs)
            yield {name: momentum for name, momentum in momenta.items() if momentum is not None}
        finally:
            for name, m in norms.items():
                m.momentum = momenta[name]


def _by_channel(x: torch.Tensor, count: int) -> torch.Tensor | None:
    """The numbers of each channel, (C, n); None where neither axis 1 nor the last has so many."""
    axis = next((axis for axis in (1, -1) if x.ndim > 1 and x.shape[axis] == count > 1), None)
    return None if axis is None else x.movedim(axis, 0).flatten(1)
