"""How far apart two tokens may be and still be read together."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from contextlib import suppress

import torch

from dlf_reference.training.autopsy.batch.exchanged import Examined

DISTANCES, PAIRS = (1, 2, 4, 8, 16, 32), 8  # pairs of tokens of each distance
TOGETHER, NEVER = 1e-3, 1e-10  # of what a token changes by itself; what a state forgets falls more gently
SOME = 1e-4  # of what the token with the largest effect changes


def never_together(exact: Callable[..., torch.Tensor], seen: Examined) -> float:
    """The distance from which on two tokens add to the logits each by itself; nan where there is none.

    Args:
        exact: the logits of a copy in float64.
    """
    with suppress(Exception):  # it cannot be copied, or holds float32 of its own
        met = _met(exact, seen)
        for near, far in itertools.pairwise(DISTANCES):
            beyond = [met[d] for d in DISTANCES if d >= far and d in met]
            if beyond and met.get(near, 0.0) > TOGETHER and all(each < NEVER for each in beyond):
                return float(far)
    return math.nan


def _met(exact: Callable[..., torch.Tensor], seen: Examined) -> dict[int, float]:
    """By distance, the most that two tokens change together, beyond what each changes: as a share of the smaller."""
    text, other = seen.x[:1], seen.others["all"][:1]
    pairs = [
        (at, at + d)
        for d in DISTANCES
        for at in sorted({*torch.linspace(0, seen.shortest - 1 - d, PAIRS).long().tolist()})
        if d < seen.shortest
    ]
    places = [*((at,) for at in range(seen.shortest)), *pairs]
    texts = text.repeat(1 + len(places), 1)
    for row, changed in enumerate(places, start=1):
        texts[row, [*changed]] = other[0, [*changed]]
    y, *moved = exact(texts, *(part[:1].expand(len(texts), *part.shape[1:]) for part in seen.rest))
    alone = {at: each - y for (at,), each in zip(places[: seen.shortest], moved, strict=False)}
    sizes = {at: float(each.abs().max()) for at, each in alone.items()}
    met = dict[int, float]()
    for (one, two), both in zip(pairs, moved[seen.shortest :], strict=True):
        least = min(sizes[one], sizes[two])
        if least > SOME * max(sizes.values()):
            together = float((both - y - alone[one] - alone[two]).abs().max()) / least
            met[two - one] = max(met.get(two - one, 0.0), together)
    return met
