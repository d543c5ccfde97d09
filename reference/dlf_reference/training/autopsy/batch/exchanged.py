"""The inputs that a network's logits are compared on: a few rows, and the same rows with a part of them exchanged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch

from dlf_reference.training.autopsy.course import Course
from dlf_reference.training.continued import Continued
from dlf_reference.training.engine import Inputs

MOST_PLACES, MOST_IDS = 12, 64  # tokens of a text that are exchanged, and of a batch that are compared
ROWS = 16
KEPT = (0, -3)  # rows that stay when all the others become others


@dataclass(frozen=True)
class Examined:
    """The rows of a batch that are looked at.

    Attributes:
        x, rest: what the network is given.
        others: what takes the place of x, by the part that is another's in it: `Reaction.what`; "pair" has both tokens
            replaced that "order" exchanges.
        shortest: tokens that every text has; 0 of images.
        whole: the texts are all of one length, and have logits at each place.
    """

    x: torch.Tensor
    rest: Inputs
    others: Mapping[str, torch.Tensor]
    shortest: int = 0
    whole: bool = False


def examined(given: Course, batches: list[Inputs]) -> Examined:
    """What the reactions are measured on: of texts the longest of the widest batch."""
    first = batches[0][0][:ROWS]
    if not given.tokens:
        return Examined(first, (), _of_images(first))
    whole = isinstance(given.network, Continued)
    if whole:
        return Examined(first, batches[0][1:], _of_texts(first, first.shape[1], whole=True), first.shape[1], whole)
    widest = max(batches, key=lambda inputs: inputs[0].shape[1])
    longest = (widest[0] != 0).sum(dim=1).argsort(descending=True, stable=True)[:ROWS]
    x, *rest = (part[longest] for part in widest)
    shortest = int((x != 0).sum(dim=1).min())
    return Examined(x, tuple(rest), _of_texts(x, shortest, whole=False), shortest)


def _of_images(x: torch.Tensor) -> dict[str, torch.Tensor]:
    other = x.flip(0)
    down = torch.arange(x.shape[2])[:, None] < x.shape[2] // 2
    right = torch.arange(x.shape[3])[None, :] < x.shape[3] // 2
    halves = {"upper half": down, "lower half": ~down, "left half": right, "right half": ~right}
    shuffled = torch.randperm(x[0, 0].numel(), generator=torch.Generator().manual_seed(0))
    return {
        "all": other,
        **{name: torch.where(half, other, x) for name, half in halves.items()},
        "rows": _beside(x, -x),
        "pixels": x.flatten(2)[:, :, shuffled].reshape(x.shape),
    }


def _of_texts(x: torch.Tensor, shortest: int, *, whole: bool) -> dict[str, torch.Tensor]:
    """Each of some tokens replaced by another; two neighbours exchanged, and replaced; the other rows replaced."""
    shifted = torch.where(x > 0, x % int(x.max()) + 1, x)
    found = {"all": shifted, "rows": _beside(x, shifted)}
    for place in sorted(set(torch.linspace(0, shortest - 1, min(shortest, MOST_PLACES)).long().tolist())):
        if not torch.equal(shifted[:, place], x[:, place]):
            found[f"token {place}"] = _at(x, shifted, place)
    if whole:
        found["own"] = found["later"] = _at(x, shifted, x.shape[1] - 1)
    at = shortest // (4 if whole else 2)
    if shortest > 2 and (x[:, at - 1] != x[:, at]).any():
        found["order"] = x.clone()
        found["order"][:, [at - 1, at]] = x[:, [at, at - 1]]
        found["pair"] = _at(_at(x, shifted, at - 1), shifted, at)
    return found


def of_one_token(ids: torch.Tensor, seen: Examined) -> Inputs:
    """A text for each id, that has it over and over."""
    texts = ids[:, None].expand(-1, seen.shortest).contiguous()  # (ids, T)
    return texts, *(torch.full((len(ids),), seen.shortest) for _ in seen.rest)


def of_ids(x: torch.Tensor) -> torch.Tensor:
    """The ids that are compared."""
    found: torch.Tensor = torch.unique(x[x > 0])
    return found[:MOST_IDS]


def kept(x: torch.Tensor) -> torch.Tensor:
    """A mask over the rows: those that stay."""
    found = torch.zeros(len(x), dtype=torch.bool)
    found[[max(-len(x), row) for row in KEPT]] = True
    return found


def _beside(x: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
    """The kept rows beside others."""
    return torch.where(kept(x).view(-1, *[1] * (x.ndim - 1)), x, other)


def _at(x: torch.Tensor, other: torch.Tensor, place: int) -> torch.Tensor:
    """Texts with the token at a place from other texts."""
    mixed = x.clone()
    mixed[:, place] = other[:, place]
    return mixed
