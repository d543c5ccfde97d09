"""What is unusual in a new model, and hardly ever meant: it may learn all the same."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import asdict
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn.parameter import is_lazy

from dlf_reference.training.autopsy.measured import Unusual
from dlf_reference.training.autopsy.noticed import NARROW, Inputs

SLOW = 0.005  # of a batch norm's running mean, that one batch moves; 0.01 and 0.1 are usual
MOST = 0.75  # of its input, that a dropout drops
WITH_UNITS = (nn.Linear, nn.modules.conv._ConvNd, nn.RNNBase, nn.RNNCellBase)


def unusual(model: nn.Module, vocabulary: int, *inputs: np.ndarray) -> dict[str, Any]:
    """Look at a new model's layers; a forward is run only where it keeps running statistics of its own.

    Args:
        vocabulary: rows of its table of token vectors; 0 for none.
        inputs: of a forward.

    Returns:
        an `Unusual`, as a dictionary.
    """
    named = dict(model.named_modules())
    norms = {name: m for name, m in named.items() if isinstance(m, nn.modules.batchnorm._BatchNorm)}
    dropouts = {name: m for name, m in named.items() if isinstance(m, nn.modules.dropout._DropoutNd)}
    own = {
        f"{name}.{own}".lstrip("."): p
        for name, m in named.items()
        if isinstance(m, WITH_UNITS) and getattr(m, "groups", 1) == 1
        for own, p in m.named_parameters(recurse=False)
        if not is_lazy(p)
    }
    found = Unusual(
        frozen=tuple(
            f"{name}.weight".lstrip(".")
            for name, m in named.items()
            if isinstance(m, nn.Embedding) and m.num_embeddings == vocabulary and not m.weight.requires_grad
        ),
        narrow=tuple(name for name, p in model.named_parameters() if p.dtype in NARROW),
        alike=tuple(name for name, p in own.items() if _all_alike(p)),
        slow={name: m.momentum for name, m in norms.items() if m.momentum is not None and m.momentum < SLOW},
        dropped={name: m.p for name, m in dropouts.items() if m.p > MOST},
        still=_still(model, tuple(map(torch.from_numpy, inputs))),
    )
    return asdict(found)


def norms_used_again(network: nn.Module, inputs: Inputs) -> tuple[str, ...]:
    """The batch norms that one forward uses more than once."""
    calls = Counter[str]()
    norms = [(name, m) for name, m in network.named_modules() if isinstance(m, nn.modules.batchnorm._BatchNorm)]
    if not norms:
        return ()
    hooks = [m.register_forward_pre_hook(lambda *_, name=name: calls.update([name])) for name, m in norms]
    with torch.no_grad():
        network.eval()(*inputs)
    for hook in hooks:
        hook.remove()
    return tuple(name for name, count in calls.items() if count > 1)


def overwritten(network: nn.Module, inputs: Inputs) -> tuple[str, ...]:
    """Parameters that a forward changes, in the mode that the network is in."""
    before = {name: p.detach().clone() for name, p in network.named_parameters()}
    with torch.no_grad():
        network(*inputs)
    return tuple(name for name, p in network.named_parameters() if not torch.equal(p, before[name]))


def _still(model: nn.Module, inputs: Inputs) -> tuple[str, ...]:
    """Running statistics of the learner's own layers that a forward in training mode leaves as they were."""
    before = {
        f"{owner}.{name}".lstrip("."): b.clone()
        for owner, m in model.named_modules()
        if not type(m).__module__.startswith("torch.")
        for name, b in m.named_buffers(recurse=False)
        if "running" in name and b.is_floating_point()
    }
    if before and inputs:
        with torch.no_grad(), suppress(RuntimeError):
            model.train()(*inputs)
            return tuple(name for name, b in model.named_buffers() if name in before and torch.equal(b, before[name]))
    return ()


def _all_alike(p: torch.Tensor) -> bool:
    """Whether all rows of a weight are equal; zeros are a usual start."""
    rows = p.detach().flatten(1) if p.ndim > 1 else p.detach()[:1, None]
    return len(rows) > 1 and rows.shape[1] > 1 and bool((rows == rows[:1]).all()) and bool(rows.any())
