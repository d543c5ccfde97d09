"""What is unusual in a new model, and hardly ever meant: it may learn all the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn.parameter import is_lazy

from dlf_reference.training.autopsy.forward.attributes import is_own
from dlf_reference.training.autopsy.forward.chained import Chained
from dlf_reference.training.autopsy.forward.noticed import NARROW, Inputs, noticed
from dlf_reference.training.autopsy.measured import Unusual
from dlf_reference.training.watching import removed_after

SLOW = 0.005  # of a batch norm's running mean, that one batch moves; 0.01 and 0.1 are usual
MOST = 0.75  # of its input, that a dropout drops
WITH_UNITS = (nn.Linear, nn.modules.conv._ConvNd, nn.RNNBase, nn.RNNCellBase)


def unusual(model: nn.Module, vocabulary: int, all_count: bool, *inputs: np.ndarray) -> dict[str, Any]:
    """Look at a new model's layers, and at a forward: of texts in training mode, of one image in evaluation mode.

    Args:
        vocabulary: rows of its table of token vectors; 0 for images. A model of texts is to drop nothing.
        all_count: whether no token is padding.
        inputs: of the forward.

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
    tables = {name: m for name, m in named.items() if isinstance(m, nn.Embedding) and m.num_embeddings == vocabulary}
    given = tuple(map(torch.from_numpy, inputs))
    still, by_running = _statistics(model, given)
    resting = _resting(model, {**norms, **dropouts})
    late, seen = _watched(model, given if vocabulary else tuple(x[:1] for x in given), training=bool(vocabulary))
    found = Unusual(
        frozen=tuple(f"{name}.weight".lstrip(".") for name, m in tables.items() if not m.weight.requires_grad),
        narrow=tuple(name for name, p in model.named_parameters() if p.dtype in NARROW),
        alike=tuple(name for name, p in own.items() if _all_alike(p)),
        slow={name: m.momentum for name, m in norms.items() if m.momentum is not None and m.momentum < SLOW},
        dropped={name: m.p for name, m in dropouts.items() if m.p > MOST},
        still=still,
        by_running=() if resting else by_running,
        resting=resting,
        late=late,
        twins=_twins(model),
        chained=seen.pairs(model),
        unasked={**seen.drops, **_between_layers(named)} if vocabulary else {},
        padded={name: m.padding_idx for name, m in tables.items() if all_count and m.padding_idx is not None},
    )
    return asdict(found)


def norms_used_again(network: nn.Module, inputs: Inputs) -> tuple[str, ...]:
    """The batch norms that one forward uses more than once."""
    calls = Counter[str]()
    norms = [(name, m) for name, m in network.named_modules() if isinstance(m, nn.modules.batchnorm._BatchNorm)]
    if not norms:
        return ()
    hooks = [m.register_forward_pre_hook(lambda *_, name=name: calls.update([name])) for name, m in norms]
    with removed_after(hooks), torch.no_grad():
        network.eval()(*inputs)
    return tuple(name for name, count in calls.items() if count > 1)


def overwritten(network: nn.Module, inputs: Inputs) -> tuple[str, ...]:
    """Parameters that a forward changes, in the mode that the network is in."""
    before = {name: p.detach().clone() for name, p in network.named_parameters()}
    with torch.no_grad():
        network(*inputs)
    return tuple(name for name, p in network.named_parameters() if not torch.equal(p, before[name]))


def _statistics(model: nn.Module, inputs: Inputs) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What becomes of the statistics of the learner's own layers in one forward in training mode.

    Returns:
        running statistics that stay as they were; lines of batch norms that normalise by them all the same.
    """
    own = {
        f"{owner}.{name}".lstrip("."): b.clone()
        for owner, m in model.named_modules()
        if is_own(m)
        for name, b in m.named_buffers(recurse=False)
        if b.is_floating_point()
    }
    if own and inputs:
        with torch.no_grad(), suppress(RuntimeError):
            _, steps = noticed(lambda: model.train()(*inputs))
            now = {name: b for name, b in model.named_buffers() if "running" in name.rpartition(".")[2]}
            still = tuple(name for name, b in now.items() if name in own and torch.equal(b, own[name]))
            return still, tuple(dict.fromkeys(step.line for step in steps if step.by_batch == 0 and step.line))
    return (), ()


def _resting(model: nn.Module, layers: Mapping[str, nn.Module]) -> tuple[str, ...]:
    """Layers that behave otherwise in training, and are in evaluation mode then."""
    with suppress(Exception):  # the learner's own `train`
        model.train()
        return tuple(name for name, m in layers.items() if not m.training)
    return ()


def _watched(model: nn.Module, inputs: Inputs, *, training: bool) -> tuple[tuple[str, ...], Chained]:
    """The parameters that a forward makes, and what it shows; nothing where it fails."""
    before = {name for name, _ in model.named_parameters()}
    with torch.no_grad(), suppress(Exception):  # what fails in the learner's code is told elsewhere
        model.train(training)
        with Chained() as seen:
            model(*inputs)
        return tuple(name for name, _ in model.named_parameters() if name not in before), seen
    return (), Chained()


def _twins(model: nn.Module) -> tuple[tuple[str, str], ...]:
    """Parameters that are two, and lie in one place of the memory."""
    first: dict[tuple[int, int], str] = {}
    found = []
    for name, p in model.named_parameters():
        if not is_lazy(p) and p.numel() and p.data_ptr():
            other = first.setdefault((p.data_ptr(), p.numel()), name)
            if other != name:
                found.append((other, name))
    return tuple(found)


def _between_layers(named: Mapping[str, nn.Module]) -> dict[str, float]:
    """The recurrent layers that drop what one of their layers hands to the next."""
    return {
        name: m.dropout for name, m in named.items() if isinstance(m, nn.RNNBase) and m.dropout and m.num_layers > 1
    }


def _all_alike(p: torch.Tensor) -> bool:
    """Whether all rows of a weight are equal; zeros are a usual start."""
    rows = p.detach().flatten(1) if p.ndim > 1 else p.detach()[:1, None]
    return len(rows) > 1 and rows.shape[1] > 1 and bool((rows == rows[:1]).all()) and bool(rows.any())
