"""What is wrong with a function in which a text meets padding, or later tokens, as far as its numbers tell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import torch

from dlf_reference.training.autopsy.forward.traces import Called
from dlf_reference.training.autopsy.measured import Place

FILLS = frozenset({"masked_fill", "where", "masked_scatter", "index_fill", "tril", "triu"})  # they give a new tensor
HIDES = FILLS | {"masked_fill_", "__setitem__", "mul", "mul_", "__mul__", "__rmul__", "__imul__"}
REVERSES = frozenset({"flip", "fliplr", "__getitem__", "index_select", "gather"})
VIEWS = frozenset({"view", "reshape", "flatten", "unflatten"})
NORMS = frozenset({"layer_norm", "rms_norm", "group_norm", "instance_norm"})
PRODUCTS = frozenset({"matmul", "__matmul__", "bmm", "einsum"})
DIVIDES = frozenset({"div", "div_", "__truediv__", "__itruediv__", "true_divide"})
CONVOLUTIONS = frozenset({"conv1d", "conv2d"})
RECURRENT = frozenset({"lstm", "gru", "rnn_tanh", "rnn_relu"})
POOLS = {
    **dict.fromkeys(("mean", "adaptive_avg_pool1d"), "mean"),
    "sum": "sum",
    **dict.fromkeys(("max", "amax", "adaptive_max_pool1d"), "maximum"),
}
ROUNDING = 1e-4  # of sums and products
NEARLY_ZERO = 1.0  # of a score, which a softmax gives a weight


@dataclass(frozen=True)
class Forward:
    """A forward that was followed.

    Attributes:
        calls: of the functions that the logits follow from, in order.
        every: of all functions.
        inputs: what it was given.
        logits: the id of what it gave.
    """

    calls: Sequence[Called]
    every: Sequence[Called]
    inputs: Sequence[torch.Tensor]
    logits: int

    def given(self, at: int) -> dict[int, torch.Tensor]:
        """The numbers of what a function is given, by id, as they are then; weights are not among them."""
        known = {id(x): x for x in self.inputs}
        for call in self.calls[:at]:
            known |= dict(zip(call.ids, call.made, strict=True))
        return {each: known[each] for each in self.calls[at].given if each in known}

    def before(self, at: int) -> Iterator[int]:
        """The functions that what a function is given follows from, the latest first."""
        wanted = {*self.calls[at].given}
        for earlier in range(at - 1, -1, -1):
            if wanted & {*self.calls[earlier].ids}:
                wanted |= {*self.calls[earlier].given}
                yield earlier

    def after(self, at: int) -> Iterator[int]:
        """The functions that follow from what a function gives, in order."""
        follows = {*self.calls[at].ids}
        for later in range(at + 1, len(self.calls)):
            if follows & {*self.calls[later].given}:
                follows |= {*self.calls[later].ids}
                yield later


def misused(what: str, at: int | None, one: Forward, other: Forward) -> Place:
    """The function in which something goes wrong first, and what is wrong with it; or the one that is to blame for it.

    Args:
        what: "padding" or "later", what gets in.
        at: its number among the functions that the logits follow from; None where it is not known.
    """
    if at is None:
        return Place("")
    call = other.calls[at]
    place = Place(call.line, call.function)
    if fill := _unused_fill(at, other):
        return Place(fill.line, fill.function, kind="fill-unused")
    if what == "padding" and (back := _reversed(at, other)):
        return Place(back.line, back.function, kind="reversed")
    text, steps = (seen.inputs[0].shape[1] for seen in (one, other))
    places = torch.arange(steps)
    hidden = places >= text if what == "padding" else places > places[:, None]  # keys, of all queries or of each
    if "softmax" in call.function:
        return _of_softmax(at, other, hidden, place)
    if call.function in PRODUCTS:
        if _is_transposed(at, other):
            return replace(place, kind="transposed")
        softmax = _softmax_before(at, other)
        return place if softmax is None else _of_weights(softmax, other, hidden, place)
    kinds = (
        _of_view(at, other),
        "norm" if call.function in NORMS else "",
        "convolution" if call.function in CONVOLUTIONS else "",
        _of_padding(at, one, other) if what == "padding" else _of_steps(at, other),
    )
    return replace(place, kind=next(filter(None, kinds), ""))


def _unused_fill(at: int, seen: Forward) -> Called | None:
    """A function that fills what the function is given, or what that follows from, and whose result nothing takes."""
    shapes = {x.shape for x in seen.given(at).values() if x.is_floating_point()}
    ways = {*seen.calls[at].given}.union(*(seen.calls[each].ids for each in seen.before(at)))
    taken = {seen.logits}.union(*(call.given for call in seen.every))
    for call in seen.every:
        unused = call.function in FILLS and not taken & {*call.ids}
        if unused and ways & {*call.given} and call.made[0].is_floating_point() and call.made[0].shape in shapes:
            return call
    return None


def _reversed(at: int, seen: Forward) -> Called | None:
    """The function that reverses whole rows: it is this one, or gives this one the ids that it looks up."""
    makers = {each: number for number, call in enumerate(seen.calls[:at]) for each in call.ids}
    ids = [makers[each] for each in seen.calls[at].given if each in makers]
    for number in (at, *(each for each in ids if not seen.calls[each].made[0].is_floating_point())):
        call = seen.calls[number]
        x = next(iter(seen.given(number).values()), None) if call.function in REVERSES else None
        turned = x.flip(1) if x is not None and x.ndim > 1 else x
        if x is not None and turned is not None and not torch.equal(x, turned) and torch.equal(turned, call.made[0]):
            return call
    return None


def _of_softmax(at: int, seen: Forward, hidden: torch.Tensor, place: Place) -> Place:
    """What is wrong with a softmax.

    Args:
        hidden: a mask over the keys, or over queries and keys, of those that must have no weight.
    """
    weights = seen.calls[at].made[0]
    if _is_of_keys(weights, seen) and bool(weights.isfinite().all()) and not _adds_up(weights, -1):
        return replace(place, kind="softmax-axis")
    if weights.shape[-1] != hidden.shape[-1] or (hidden.ndim > 1 and not _is_of_keys(weights, seen)):
        return replace(place, kind="scores" if hidden.ndim == 1 else "")
    for each in seen.after(at):
        call = seen.calls[each]
        if call.made[0].shape == weights.shape and _is_hidden(weights, call.made[0], hidden):
            return Place(call.line, call.function, kind="masked-late")
    for each in seen.before(at):
        call = seen.calls[each]
        if call.function in HIDES and call.made[0].shape == weights.shape:
            scores = [x for x in seen.given(each).values() if x.shape == weights.shape and x.is_floating_point()]
            if scores and _is_filled(scores[0], call.made[0], hidden):
                return Place(call.line, call.function, kind="fill-small")
    return replace(place, kind="next" if hidden.ndim > 1 and _reads_the_next(weights) else "scores")


def _reads_the_next(weights: torch.Tensor) -> bool:
    """Whether every query gives a weight to the key after its own, and to none after that."""
    ahead = weights.triu(2)
    return weights.shape[-1] > 2 and bool((weights.diagonal(1, -2, -1) > 0).all()) and not bool(ahead.any())


def _is_hidden(weights: torch.Tensor, found: torch.Tensor, hidden: torch.Tensor) -> bool:
    """Whether the weights that must not be are 0 now, and those that are not 0 are as they were."""
    gone = hidden.expand(weights.shape)
    return bool((found[gone] == 0).all()) and torch.allclose(found[found != 0], weights[found != 0])


def _is_filled(scores: torch.Tensor, found: torch.Tensor, hidden: torch.Tensor) -> bool:
    """Whether one number near 0 stands in the place of the scores that must be hidden, and the others are there."""
    values, other = found[hidden.expand(found.shape)], found != scores
    return bool(not other.all() and (values == values[0]).all() and values[0].abs() < NEARLY_ZERO)


def _of_view(at: int, seen: Forward) -> str:
    """Whether tokens became heads, (N, heads, T, d), or heads tokens, without a transpose."""
    call, steps = seen.calls[at], seen.inputs[0].shape[1]
    x = next(iter(seen.given(at).values()), None)
    if call.function not in VIEWS or x is None or x.numel() != call.made[0].numel():
        return ""
    made, ends = call.made[0].shape, (x.shape[1:2], call.made[0].shape[-2:-1])
    if ends == ((steps,), (steps,)) and len(made) > 2 and len(x.shape) in (3, 4) and made[-1] < x.shape[2:].numel():
        return "split"
    return "merged" if x.ndim == 4 and x.shape[2] == steps == made[1] and len(made) in (3, 4) else ""


def _is_transposed(at: int, seen: Forward) -> bool:
    """Whether a product of weights, (…, T, T), and values is that of the transposed weights."""
    tensors = [x for x in seen.given(at).values() if x.is_floating_point()]
    if len(tensors) != 2:
        return False
    weights, values = tensors if _is_square(tensors[0]) else tensors[::-1]
    if not _is_square(weights) or values.shape[-2] != weights.shape[-1] or bool((weights < 0).any()):
        return False
    rows, columns = _adds_up(weights, -1), _adds_up(weights, -2)
    if rows == columns or weights.shape[:-2] != values.shape[:-2]:
        return False
    wrong = (weights.mT if rows else weights) @ values
    found = seen.calls[at].made[0]
    return found.shape == wrong.shape and torch.allclose(found, wrong, atol=ROUNDING)


def _softmax_before(at: int, seen: Forward) -> int | None:
    """The softmax whose weights, (…, T, T), a product is given."""
    softmaxes = (each for each in seen.before(at) if "softmax" in seen.calls[each].function)
    return next((each for each in softmaxes if _is_of_keys(seen.calls[each].made[0], seen)), None)


def _of_weights(at: int, seen: Forward, hidden: torch.Tensor, place: Place) -> Place:
    """What is wrong with the weights of a product that goes wrong."""
    call = seen.calls[at]
    if hidden.ndim > 1 and bool((call.made[0].triu(1) > 0).any()):
        return _of_softmax(at, seen, hidden, place)
    if bool(call.made[0].isfinite().all()) and not _adds_up(call.made[0], -1):
        return Place(call.line, call.function, kind="softmax-axis")
    return place


def _of_padding(at: int, one: Forward, other: Forward) -> str:
    """What is wrong with a function that gives a row fewer numbers, or states, than it is given."""
    a, b = one.calls[at], other.calls[at]
    if b.function in RECURRENT:
        states = [(x, y[:, : x.shape[1]]) for x, y in zip(a.made, b.made, strict=True) if x.shape != y.shape]
        return "backwards" if any(not torch.allclose(x, y, atol=ROUNDING) for x, y in states) else "last-state"
    pools = POOLS.get(b.function, "divided" if b.function in DIVIDES else "")
    numbers = a.made[0].shape[1:] == b.made[0].shape[1:]
    given = [x.shape for x in (next(iter(each.given(at).values()), None) for each in (one, other)) if x is not None]
    return pools if numbers and (pools == "divided" or (len(given) == 2 and given[0] != given[1])) else ""


def _of_steps(at: int, seen: Forward) -> str:
    """Whether all tokens are taken together."""
    call, steps = seen.calls[at], seen.inputs[0].shape[1]
    x = next(iter(seen.given(at).values()), None)
    pooled = x is not None and x.numel() == steps * call.made[0].numel() and steps not in call.made[0].shape
    return "pooled" if call.function in POOLS and pooled else ""


def _is_of_keys(weights: torch.Tensor, seen: Forward) -> bool:
    """Whether there is a weight for each query and key."""
    return _is_square(weights) and weights.shape[-1] == seen.inputs[0].shape[1]


def _is_square(x: torch.Tensor) -> bool:
    return x.ndim > 2 and x.shape[-1] == x.shape[-2] > 1


def _adds_up(weights: torch.Tensor, axis: int) -> bool:
    return bool((weights.sum(dim=axis) - 1).abs().max() < ROUNDING)
