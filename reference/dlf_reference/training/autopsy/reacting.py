"""How logits react to parts of their input: halves, tokens, their order, padding, the other rows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from functools import cache, partial

import torch
from torch.nn.functional import pad

from dlf_reference.training.autopsy.course import Course
from dlf_reference.training.autopsy.measured import Reaction
from dlf_reference.training.engine import Inputs
from dlf_reference.training.language import Continued

MOST_PLACES, MOST_IDS = 12, 64  # tokens of a text that are exchanged, and of a batch that are compared
ROWS, BATCHES = 16, 4
SETTLED = 4  # calls, after which what layers keep of the calls before is the same again
LEAST = 1e-4  # of the logits' size, that they may differ by rounding
LITTLE, SOME = 1e-3, 0.1  # of how far other rows change them
Logits = Callable[..., torch.Tensor]
Measure = tuple[str, Callable[[], float]]  # what becomes another's, and how to find out what that changes


def reactions(given: Course, seed: int, only: Collection[str] = ()) -> Iterator[Reaction]:
    """What each part of the input does to the logits, in evaluation mode, relative to another whole input.

    Args:
        only: the parts that are asked about; all, if there are none.
    """
    network = given.network.eval()

    def logits(*inputs: torch.Tensor) -> torch.Tensor:
        with torch.no_grad():
            y: torch.Tensor = network(*inputs).float()
        return y.reshape(len(inputs[0]), -1, y.shape[-1]) if isinstance(network, Continued) else y

    batches = [inputs for inputs, _ in given.draw(seed, BATCHES)]
    for what, measure in _measures(given, logits, batches):
        if not only or what in only:
            yield Reaction(what, measure())


def _measures(given: Course, logits: Logits, batches: list[Inputs]) -> Iterator[Measure]:
    first = tuple(x[:ROWS] for x in batches[0])
    yield from _of_calls(logits, first)
    if not given.tokens:
        yield from _of_images(logits, first[0])
    elif isinstance(given.network, Continued):
        yield from _of_texts(logits, first, whole=True)
    else:
        widest = max(batches, key=lambda inputs: inputs[0].shape[1])
        longest = (widest[0] != 0).sum(dim=1).argsort(descending=True, stable=True)[:ROWS]
        yield "padding", partial(_of_padding, logits, batches, widest[0].shape[1])
        yield from _of_texts(logits, tuple(x[longest] for x in widest), whole=False)


def _of_calls(logits: Logits, inputs: Inputs) -> Iterator[Measure]:
    """The same rows after another batch, with the same random numbers; and in the opposite order."""
    other = tuple(x.flip(0) for x in inputs)

    def asked(given: Inputs) -> torch.Tensor:
        torch.manual_seed(0)
        return logits(*given)

    @cache
    def answers() -> tuple[torch.Tensor, ...]:
        y = [asked(inputs) for _ in range(SETTLED)][-1]  # after itself
        (turned, after), again = [(asked(other), asked(inputs)) for _ in range(SETTLED)][-2:]
        return y, turned, after, *again

    def kept() -> float:
        y, turned, after, turned_again, after_again = answers()
        found, unsteady = _size(after - y), _size(after - after_again) + _size(turned - turned_again)
        known = 10 * unsteady < found and found > LEAST * _size(y)
        return _ratio(found, _size(turned - y)) if known else 0.0

    def astray() -> float:
        y, turned, *_ = answers()
        places, spread = torch.cdist(turned.flatten(1), y.flatten(1)), _size(turned - y)
        nearest, at = places.min(dim=1)
        opposite = torch.arange(len(y)).flip(0)
        found = (at != opposite) & (nearest < LITTLE * spread)
        return float((found & (places[torch.arange(len(y)), opposite] > SOME * spread)).float().mean())

    yield "batch before", kept
    yield "reordered", astray


def _of_images(logits: Logits, x: torch.Tensor) -> Iterator[Measure]:
    other, y = x.flip(0), logits(x)
    whole = _size(logits(other) - y)

    def change(given: torch.Tensor) -> float:
        return _ratio(_size(logits(given) - y), whole)

    yield "all", partial(_ratio, whole, _size(y))
    down = torch.arange(x.shape[2])[:, None] < x.shape[2] // 2
    right = torch.arange(x.shape[3])[None, :] < x.shape[3] // 2
    for name, half in (("upper half", down), ("lower half", ~down), ("left half", right), ("right half", ~right)):
        yield name, partial(change, torch.where(half, other, x))
    yield "rows", lambda: _ratio(_of_rows(logits, x, -x, y), max(whole, LEAST * _size(y)))
    shuffled = torch.randperm(x[0, 0].numel(), generator=torch.Generator().manual_seed(0))
    yield "pixels", partial(change, x.flatten(2)[:, :, shuffled].reshape(x.shape))


def _of_texts(logits: Logits, inputs: Inputs, *, whole: bool) -> Iterator[Measure]:
    """Each of some tokens replaced by another; two exchanged; the other rows replaced.

    Args:
        whole: the texts are all of one length, and have logits at each place.
    """
    x, rest = inputs[0], inputs[1:]
    y = logits(x, *rest)
    shortest = x.shape[1] if whole else int((x != 0).sum(dim=1).min())
    shifted = torch.where(x > 0, x % int(x.max()) + 1, x)
    all_of_it = _size(logits(shifted, *rest) - y)

    def change(place: int) -> torch.Tensor:
        return logits(_at(x, shifted, place), *rest) - y

    def share(place: int) -> float:
        return _ratio(_size(change(place)), all_of_it)

    yield "all", partial(_ratio, all_of_it, _size(y))
    for place in sorted(set(torch.linspace(0, shortest - 1, min(shortest, MOST_PLACES)).long().tolist())):
        if not torch.equal(shifted[:, place], x[:, place]):
            yield f"token {place}", partial(share, place)
    if whole:
        yield "later", lambda: _ratio(_size(change(x.shape[1] - 1)[:, :-1]), all_of_it)
        yield "own", lambda: _ratio(_size(change(x.shape[1] - 1)[:, -1]), all_of_it)
    at = shortest // (4 if whole else 2)
    differ = x[:, at - 1] != x[:, at]
    if shortest > 2 and differ.any():
        exchanged = x.clone()
        exchanged[:, [at - 1, at]] = x[:, [at, at - 1]]
        replaced = _at(_at(x, shifted, at - 1), shifted, at)
        pair = (exchanged, replaced)
        yield "order", lambda: _ratio(*(_size((logits(other, *rest) - y)[differ]) for other in pair))
    yield "rows", lambda: _ratio(_of_rows(logits, x, shifted, y, *rest), max(all_of_it, LEAST * _size(y)))
    yield "ids", partial(_told_apart, logits, torch.unique(x[x > 0])[:MOST_IDS], shortest, rest)


def _told_apart(logits: Logits, ids: torch.Tensor, length: int, rest: Inputs) -> float:
    """Share of tokens that get logits of their own, in texts of one token over and over."""
    texts = ids[:, None].expand(-1, length).contiguous()  # (ids, T)
    y = logits(texts, *(torch.full((len(ids),), length) for _ in rest))
    return len(torch.unique(y.flatten(1), dim=0)) / max(1, len(ids))


def _of_rows(logits: Logits, x: torch.Tensor, other: torch.Tensor, y: torch.Tensor, *rest: torch.Tensor) -> float:
    """How much the logits of two rows change, the first and a late one, if all others become others."""
    kept = torch.zeros(len(x), dtype=torch.bool)
    kept[[0, max(0, len(x) - 3)]] = True
    beside = torch.where(kept.view(-1, *[1] * (x.ndim - 1)), x, other)
    return _size((logits(beside, *rest) - y)[kept])


def _of_padding(logits: Logits, batches: list[Inputs], width: int) -> float:
    """The shortest text by itself, and filled up with padding; 0 where there is no shorter one."""
    every = [(int((x[row] != 0).sum()), x[row], rest) for x, *rest in batches for row in range(len(x))]
    length, text, _ = min(every, key=lambda each: each[0])
    if not 0 < length < width:
        return 0.0
    rest = [torch.tensor([length])] if len(batches[0]) > 1 else []
    alone = logits(text[None, :length], *rest)
    padded = logits(pad(text[None, :length], (0, width - length)), *rest)
    other = logits(text[None, :length] % int(text.max()) + 1, *rest)
    return _ratio(_size(padded - alone), max(_size(other - alone), LEAST * _size(alone)))


def _at(x: torch.Tensor, other: torch.Tensor, place: int) -> torch.Tensor:
    """Texts with the token at a place from other texts."""
    mixed = x.clone()
    mixed[:, place] = other[:, place]
    return mixed


def _size(y: torch.Tensor) -> float:
    return float(y.square().mean().sqrt())


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
