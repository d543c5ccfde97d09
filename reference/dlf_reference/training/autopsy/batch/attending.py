"""Whether attention sees the order of tokens."""

from __future__ import annotations

import math
from collections.abc import Iterator

import torch
from torch import nn

from dlf_reference.training.autopsy.batch.exchanged import Examined
from dlf_reference.training.autopsy.forward.calls import calls_of

FUSED = "scaled_dot_product_attention"


def order_in_attention(network: nn.Module, seen: Examined) -> float:
    """What the order of two neighbouring tokens changes in attention, as a share of what two others there change.

    Returns:
        0 where every query and key follows its token wherever that is; nan where there is no attention, or where the
        two others change nothing.
    """
    x, order, pair = seen.x, seen.others["order"], seen.others["pair"]
    (at,) = {tuple(places.tolist()) for places in [(order != x).any(dim=0).nonzero().flatten()]}
    found = [list(_attention(network, (tokens, *seen.rest), x.shape[1])) for tokens in (x, order, pair)]
    if not found[0] or len({len(each) for each in found}) > 1:
        return math.nan
    moved, replaced = 0.0, 0.0
    for as_it_is, exchanged, other in zip(*found, strict=True):
        back = _exchanged(exchanged, at)
        moved = max(moved, float((back - as_it_is).abs().max()))
        replaced = max(replaced, float((other - as_it_is).abs().max()))
    return moved / replaced if replaced else math.nan


def _attention(network: nn.Module, inputs: tuple[torch.Tensor, ...], steps: int) -> Iterator[torch.Tensor]:
    """The weights, (..., T, T), of each attention in turn; of a fused one what it gives, (..., T, d)."""
    for call in calls_of(network, inputs):
        shape = call.made[0].shape
        square = "softmax" in call.function and shape[-2:] == (steps, steps)
        if square or (call.function == FUSED and shape[-2] == steps):
            yield call.made[0]


def _exchanged(found: torch.Tensor, at: tuple[int, ...]) -> torch.Tensor:
    """With two queries exchanged, and the two keys where there are as many."""
    back = found.clone()
    one, other = at[0], at[-1]
    back[..., [one, other], :] = found[..., [other, one], :]
    if found.shape[-1] == found.shape[-2]:
        keys = back.clone()
        keys[..., [one, other]] = back[..., [other, one]]
        return keys
    return back
