"""What is unusual in a new model, and hardly ever meant: it may learn all the same."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import torch
from torch import nn
from torch.nn.parameter import is_lazy

from dlf_reference.training.autopsy.measured import Unusual
from dlf_reference.training.autopsy.noticed import NARROW

SLOW = 0.005  # of a batch norm's running mean, that one batch moves; 0.01 and 0.1 are usual
MOST = 0.75  # of its input, that a dropout drops
WITH_UNITS = (nn.Linear, nn.modules.conv._ConvNd, nn.RNNBase, nn.RNNCellBase)


def unusual(model: nn.Module, vocabulary: int) -> dict[str, Any]:
    """Look at a model's layers; nothing is computed.

    Args:
        vocabulary: rows of its table of token vectors; 0 for none.

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
    )
    return asdict(found)


def _all_alike(p: torch.Tensor) -> bool:
    """Whether all rows of a weight are equal; zeros are a usual start."""
    rows = p.detach().flatten(1) if p.ndim > 1 else p.detach()[:1, None]
    return len(rows) > 1 and rows.shape[1] > 1 and bool((rows == rows[:1]).all()) and bool(rows.any())
