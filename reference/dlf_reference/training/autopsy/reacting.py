"""How logits react to parts of their input: halves, tokens, their order, padding, the other rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import torch

from dlf_reference.training.autopsy.course import Batch, Course
from dlf_reference.training.autopsy.measured import Reaction
from dlf_reference.training.language import Continued

MOST_PLACES = 12  # tokens of a text that are exchanged
ROWS = 16
Logits = Callable[..., torch.Tensor]


def reactions(given: Course, batch: Batch) -> Iterator[Reaction]:
    """What each part of the input does to the logits, in evaluation mode, relative to another whole input."""
    inputs = tuple(x[:ROWS] for x in batch[0])
    x, rest = inputs[0], inputs[1:]
    network = given.network.eval()
    last = network.last if isinstance(network, Continued) else 0

    def logits(x: torch.Tensor, *others: torch.Tensor) -> torch.Tensor:
        with torch.no_grad():
            y: torch.Tensor = network(x, *others).float()
        return y.reshape(len(x), -1, y.shape[-1]) if isinstance(network, Continued) else y

    y = logits(x, *rest)
    if given.tokens:
        yield from _of_texts(logits, y, x, rest, last)
    else:
        other = x.flip(0)
        whole = _size(logits(other, *rest) - y)
        yield Reaction("all", whole / max(_size(y), 1e-30))
        for name, half in _halves(x):
            mixed = torch.where(half, other, x)
            yield Reaction(name, _size(logits(mixed, *rest) - y) / max(whole, 1e-30))
        alone = logits(x[:1], *(part[:1] for part in rest))
        yield Reaction("rows", _size(alone - y[:1]) / max(_size(y - y.mean(dim=0)), 1e-30))


def _halves(x: torch.Tensor) -> Iterator[tuple[str, torch.Tensor]]:
    down = torch.arange(x.shape[2])[:, None] < x.shape[2] // 2
    right = torch.arange(x.shape[3])[None, :] < x.shape[3] // 2
    for name, half in (("upper half", down), ("lower half", ~down), ("left half", right), ("right half", ~right)):
        yield name, half.expand(x.shape)


def _of_texts(
    logits: Logits, y: torch.Tensor, x: torch.Tensor, rest: tuple[torch.Tensor, ...], last: int
) -> Iterator[Reaction]:
    """Each of some tokens replaced by another text's; two exchanged; the padding taken away; a row alone."""
    lengths = (x != 0).sum(dim=1) if not last else torch.full((len(x),), x.shape[1])
    shortest = int(lengths.min())
    largest = int(x.max())
    places = sorted(set(torch.linspace(0, shortest - 1, min(shortest, MOST_PLACES)).long().tolist()))
    shifted = torch.where(x > 0, x % largest + 1, x)
    whole = _size(logits(shifted, *rest) - y)
    yield Reaction("all", whole / max(_size(y), 1e-30))
    for place in places:
        if torch.equal(shifted[:, place], x[:, place]):
            continue
        other = x.clone()
        other[:, place] = shifted[:, place]
        yield Reaction(f"token {place}", _size(logits(other, *rest) - y) / max(whole, 1e-30))
    if shortest > 2:
        exchanged = x.clone()
        at = shortest // 2 - 1 if not last else shortest // 4
        exchanged[:, [at, at + 1]] = x[:, [at + 1, at]]
        replaced = x.clone()
        replaced[:, [at, at + 1]] = shifted[:, [at, at + 1]]
        differ = x[:, at] != x[:, at + 1]
        if differ.any():
            one, two = (_size((logits(changed, *rest) - y)[differ]) for changed in (exchanged, replaced))
            yield Reaction("order", one / max(two, 1e-30))
    row = int(lengths.argmin())
    own = int(lengths[row])
    alone = logits(x[row : row + 1, :own], *(part[row : row + 1] for part in rest))
    spread = max(_size(y - y.mean(dim=0)), 1e-30)
    if own < x.shape[1]:
        yield Reaction("padding", _size(alone - y[row : row + 1]) / spread)
        row = int(lengths.argmax())
    full = logits(x[row : row + 1, : int(lengths[row])], *(part[row : row + 1] for part in rest))
    yield Reaction("rows", _size(full - y[row : row + 1]) / spread)


def _size(y: torch.Tensor) -> float:
    return float(y.square().mean().sqrt())
