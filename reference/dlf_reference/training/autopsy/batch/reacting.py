"""How logits react to parts of their input: halves, tokens, their order, padding, the other rows."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from functools import cache, partial

import torch
from torch import nn
from torch.nn.functional import pad

from dlf_reference.training.autopsy.batch.apart import never_together
from dlf_reference.training.autopsy.batch.attending import order_in_attention
from dlf_reference.training.autopsy.batch.exchanged import ROWS, Examined, examined, kept, of_ids, of_one_token
from dlf_reference.training.autopsy.course import Course
from dlf_reference.training.autopsy.measured import Reaction
from dlf_reference.training.continued import Continued
from dlf_reference.training.engine import Inputs

BATCHES = 4
SETTLED = 4  # calls, after which what layers keep of the calls before is the same again
LEAST = 1e-4  # of the logits' size, that they may differ by rounding
LITTLE, SOME = 1e-3, 0.1  # of how far other rows change them
ROUNDING = 1e-6  # of what other tokens change
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

    def exact(*inputs: torch.Tensor) -> torch.Tensor:
        with torch.no_grad():
            y: torch.Tensor = copy.deepcopy(network).double()(*inputs)
        return y.reshape(len(inputs[0]), -1, y.shape[-1]) if isinstance(network, Continued) else y

    batches = [inputs for inputs, _ in given.draw(seed, BATCHES)]
    seen = examined(given, batches)
    first = tuple(x[:ROWS] for x in batches[0])  # of all lengths
    for what, measure in (*_of_calls(logits, first), *_measures(network, logits, exact, seen, batches)):
        if not only or what in only:
            yield Reaction(what, measure())


def _measures(
    network: nn.Module, logits: Logits, exact: Logits, seen: Examined, batches: list[Inputs]
) -> Iterator[Measure]:
    """The reactions to what is exchanged.

    Args:
        exact: the logits of a copy in float64.
    """

    @cache
    def as_it_is() -> torch.Tensor:
        return logits(seen.x, *seen.rest)

    @cache
    def change(what: str) -> torch.Tensor:
        return logits(seen.others[what], *seen.rest) - as_it_is()

    def size(what: str) -> float:
        return _size(change(what))

    def share(what: str) -> float:
        return _ratio(size(what), size("all"))

    def to_other_rows() -> float:
        return _ratio(_size(change("rows")[kept(seen.x)]), max(size("all"), LEAST * _size(as_it_is())))

    def to_order() -> float:
        differ = (seen.others["order"] != seen.x).any(dim=1)
        replaced = _size(change("pair")[differ])
        if not replaced > LEAST * _size(as_it_is()):  # less may be rounding
            return math.nan
        found = _size(change("order")[differ]) / replaced
        return _exactly(found, exact, seen, differ) if found < LITTLE else found

    special: dict[str, Callable[[], float]] = {
        "all": lambda: _ratio(size("all"), _size(as_it_is())),
        "rows": to_other_rows,
        "order": to_order,
        "later": lambda: _ratio(_size(change("later")[:, :-1]), size("all")),
        "own": lambda: _ratio(_size(change("own")[:, -1]), size("all")),
    }
    for what in seen.others:
        if what != "pair":
            yield what, special.get(what, partial(share, what))
    if "order" in seen.others:
        yield "attention", partial(order_in_attention, network, seen)
        yield "apart", partial(never_together, exact, seen)
    if seen.shortest:
        yield "ids", partial(_told_apart, logits, seen)
    if seen.shortest and not seen.whole:
        yield "padding", partial(_of_padding, logits, batches)


def _exactly(found: float, exact: Logits, seen: Examined, differ: torch.Tensor) -> float:
    """What the order of two tokens changes, beyond rounding; nan where float32 alone can be asked, and does not tell.

    Args:
        found: in float32.
    """
    with suppress(RuntimeError, TypeError):  # it cannot be copied, or holds float32 of its own
        y, order, pair = (exact(x, *seen.rest)[differ] for x in (seen.x, seen.others["order"], seen.others["pair"]))
        return _ratio(_size(order - y), _size(pair - y))
    return 0.0 if found < ROUNDING else math.nan


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


def _told_apart(logits: Logits, seen: Examined) -> float:
    """Share of tokens that get logits of their own, in texts of one token over and over."""
    y = logits(*of_one_token(of_ids(seen.x), seen))
    return len(torch.unique(y.flatten(1), dim=0)) / max(1, len(y))


def _of_padding(logits: Logits, batches: list[Inputs]) -> float:
    """What padding changes of the shortest text's logits; 0 where there is no shorter one."""
    found = with_padding(batches)
    if found is None:
        return 0.0
    (text, *rest), filled = found
    alone, padded = logits(text, *rest), logits(*filled)
    other = logits(text % int(text.max()) + 1, *rest)
    return _ratio(_size(padded - alone), max(_size(other - alone), LEAST * _size(alone)))


def with_padding(batches: list[Inputs]) -> tuple[Inputs, Inputs] | None:
    """The shortest text by itself, and filled up with padding; None where there is no shorter one."""
    width = max(inputs[0].shape[1] for inputs in batches)
    every = [(int((x[row] != 0).sum()), x[row]) for x, *_ in batches for row in range(len(x))]
    length, text = min(every, key=lambda each: each[0])
    if not 0 < length < width:
        return None
    rest = [torch.tensor([length])] if len(batches[0]) > 1 else []
    return (text[None, :length], *rest), (pad(text[None, :length], (0, width - length)), *rest)


def _size(y: torch.Tensor) -> float:
    return float(y.square().mean().sqrt())


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
