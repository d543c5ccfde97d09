"""Which weights no gradient reaches, because something between them and the loss has no derivative."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import nn

from dlf_reference.training.autopsy.course import Batch, Course, loss_of
from dlf_reference.training.autopsy.forward.linked import Linked

PART = 0.25  # of a weight's rows, that are told of
NOISE = 0.5  # times the weights' size, to see whether the logits depend on them
SEEN = 0.01  # of the logits' size, that they change by then

Rows = Mapping[str, torch.Tensor]  # of a parameter, a mask over its rows


def without_gradient(network: nn.Module, largest: Mapping[str, float]) -> Rows:
    """The rows that got no gradient in the last step, of each parameter that is trained.

    Args:
        largest: the norm of each parameter's gradient in all steps: one that has none is without in every row.
    """
    tables = {id(module.weight) for module in network.modules() if isinstance(module, nn.Embedding)}
    found = {}
    for name, p in network.named_parameters():
        if p.requires_grad and p.ndim and not largest[name]:
            found[name] = torch.ones(len(p), dtype=torch.bool)
        elif p.grad is not None and p.ndim > 1 and id(p) not in tables:  # tokens of a table may not occur
            found[name] = (p.grad.flatten(1) == 0).all(dim=1).cpu()
    return found


def unreached(given: Course, batch: Batch, stuck: Rows) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Parameters that no gradient reaches because something cuts it, and those of which this holds for some rows.

    A gradient reaches them once the cut is undone; or, where it cannot be, as with argmax, the logits depend on them.
    """
    undone = _once_undone(given, batch)
    whole, partly = [], []
    for name, rows in stuck.items():
        freed = rows & ~undone.get(name, rows)
        if not freed.any() and rows.any() and _depend(given, batch, name, rows):
            freed = rows
        if rows.all() and freed.any():
            whole.append(name)
        elif float(freed.float().mean()) >= PART:
            partly.append(name)
    return tuple(whole), tuple(partly)


def _once_undone(given: Course, batch: Batch) -> Rows:
    """The rows that get no gradient even if nothing cuts it."""
    given.network.zero_grad()
    try:
        with Linked():
            loss = loss_of(given.network, batch)
        loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
    except RuntimeError:
        return {}
    norms = {name: 0.0 if p.grad is None else float(p.grad.norm()) for name, p in given.network.named_parameters()}
    return without_gradient(given.network, norms)


@torch.no_grad()
def _depend(given: Course, batch: Batch, name: str, rows: torch.Tensor) -> bool:
    """Whether the logits change with some rows of a parameter."""
    weight = given.network.get_parameter(name)
    kept, before = weight.clone(), given.network.eval()(*batch[0]).float()
    noise = torch.randn(weight.shape, generator=torch.Generator().manual_seed(0)).to(weight)
    weight[rows] += NOISE * kept.square().mean().sqrt() * noise[rows]
    change = given.network(*batch[0]).float() - before
    weight.copy_(kept)
    return bool(change.norm() > SEEN * before.norm())
