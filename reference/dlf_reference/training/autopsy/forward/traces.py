"""Two traces of a forward, compared: in which line something is lost, or mixed, or first differs."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

import torch

from dlf_reference.training.autopsy.forward.noticed import FRESH, MASKED, RECTIFIERS
from dlf_reference.training.autopsy.measured import Place

ROUNDING = 1e-5  # of the largest number
NOTHING = 1e-5  # of the numbers that a function is given
CLEAR, MANY = 0.1, 8  # a share by which results differ; functions over which it shrinks
Wrong = Callable[[torch.Tensor, torch.Tensor], bool | None]


@dataclass(frozen=True)
class Called:
    """A function that forward calls, and what it gives.

    Attributes:
        given: the ids of the tensors that it is given.
        made: what it gives, copied.
        ids: of the tensors that it gives, in the same order.
    """

    function: str
    line: str
    given: tuple[int, ...]
    made: tuple[torch.Tensor, ...]
    ids: tuple[int, ...]


def _pairs(one: Sequence[Called], other: Sequence[Called]) -> list[tuple[Called, Called]]:
    """The calls of both, as far as they are of the same functions; none where they part."""
    same = [a.function for a in one] == [b.function for b in other]
    return list(zip(one, other, strict=True)) if same else []


def differ(one: Sequence[Called], other: Sequence[Called]) -> bool:
    """Whether two forwards differ in what a function gives, or in which they call."""
    pairs = _pairs(one, other)
    return not pairs or any(_any(a, b) for a, b in pairs)


def first_different(one: Sequence[Called], other: Sequence[Called]) -> Place:
    """The first function that gives other numbers."""
    found = next((a for a, b in _pairs(one, other) if _any(a, b)), None)
    return Place(found.line, found.function) if found else Place("")


def first_mixed(one: Sequence[Called], other: Sequence[Called], stays: torch.Tensor) -> Place:
    """The first function that gives something mixed on its way to the logits; see `mixed_at`."""
    return _place(one, mixed_at(one, other, stays))


def mixed_at(one: Sequence[Called], other: Sequence[Called], stays: torch.Tensor) -> int | None:
    """The number of that function; None where there is none.

    Args:
        stays: a mask over the rows, or the steps, that are the same in both inputs.
    """

    def is_mixed(x: torch.Tensor, y: torch.Tensor) -> bool | None:
        if x.shape != y.shape or x.numel() < len(stays) or not _differ(x, y):
            return None
        return mixed(x, y, stays)

    return origin(one, other, is_mixed)


def first_cancelling(calls: Sequence[Called]) -> Place:
    """The first function that gives next to nothing, and not just zeros, of the numbers that it is given."""
    size = dict[int, float]()
    for call in calls:
        made = [float(x.abs().max()) for x in call.made if x.is_floating_point() and x.numel()]
        given = max((size[each] for each in call.given if each in size), default=0.0)
        if made and 0 < max(made) < NOTHING * given:
            return Place(call.line, call.function)
        size |= dict(zip(call.ids, made, strict=False))
    return Place("")


def first_dead(calls: Sequence[Called]) -> Place:
    """The first rectifier or pooling that gives nothing but zeros, and is given others."""
    for call, given in _with_what_is_given(calls):
        gives_zeros = call.function in RECTIFIERS or "_pool" in call.function
        if gives_zeros and not call.made[0].any() and any(bool(each.any()) for each in given):
            return Place(call.line, call.function)
    return Place("")


def last_fading(one: Sequence[Called], other: Sequence[Called]) -> Place:
    """The function in which the last of what two inputs differ by is lost, after it has shrunk over many functions."""
    shares = [(call, _difference(call, b)) for call, b in _pairs(one, other)]
    shares = [(call, share) for call, share in shares if share > 0]
    clear = max((at for at, (_, share) in enumerate(shares) if share > CLEAR), default=len(shares))
    gone = next((at for at, (_, share) in enumerate(shares) if at > clear and share < NOTHING), 0)
    return Place(shares[gone][0].line, shares[gone][0].function) if gone - clear > MANY else Place("")


def _difference(a: Called, b: Called) -> float:
    """How far two results are apart, as a share of their size; 0 where that is not known."""
    x, y = a.made[0], b.made[0]
    if x.shape != y.shape or not x.is_floating_point() or not x.numel():
        return 0.0
    return float((x - y).abs().max() / x.abs().max().clamp(min=1e-30))


def first_hiding(calls: Sequence[Called]) -> Place:
    """The first softmax over T keys that gives an earlier key nothing, because its score is that of what is hidden."""
    for call, given in _with_what_is_given(calls):
        weights = call.made[0]
        if "softmax" in call.function and weights.ndim > 2 and weights.shape[-1] == weights.shape[-2]:
            scores = (each for each in given if each.shape == weights.shape)
            if any(bool(((each < -MASKED) & (weights == 0)).tril(-1).any()) for each in scores):
                return Place(call.line, call.function)
    return Place("")


def _with_what_is_given(calls: Sequence[Called]) -> Iterator[tuple[Called, list[torch.Tensor]]]:
    """Each call, and those of its arguments that earlier calls made."""
    known = dict[int, torch.Tensor]()
    for call in calls:
        yield call, [known[each] for each in call.given if each in known]
        known |= dict(zip(call.ids, call.made, strict=False))


def first_told_apart(calls: Sequence[Called], inputs: Sequence[torch.Tensor]) -> Place:
    """The first function that gives the rows of a batch different numbers, though all rows are the same."""
    rows, follows, dependent = len(inputs[0]), {id(x) for x in inputs}, list[Called]()
    for call in calls:
        if follows & {*call.given}:
            follows |= {*call.ids}
            dependent.append(call)
    return _place(dependent, origin(dependent, dependent, lambda x, _: _unequal(x, rows)))


def _unequal(x: torch.Tensor, rows: int) -> bool | None:
    """Whether no axis can be that of the rows, with equal numbers in each; None where there are too few of any."""
    known = False
    for axis, size in enumerate(x.shape):
        if size % rows or not x.numel():
            continue
        known = True
        along = x.transpose(0, axis).reshape(size, -1).double()
        for shape, at in _split(size, rows):
            each = along.reshape(*shape, -1).transpose(0, at)  # (rows, …)
            if not bool((each - each[:1]).abs().max() > ROUNDING * each.abs().max()):
                return False
    return True if known else None


def padded_at(one: Sequence[Called], other: Sequence[Called]) -> int | None:
    """The number of the first function whose numbers for the text itself are others with padding behind it."""

    def is_other(x: torch.Tensor, y: torch.Tensor) -> bool | None:
        if _differ(x, _narrowed(y, x)):
            return True
        return None if x.shape == y.shape else False  # of one shape: no step of the text is in it, perhaps

    return origin(one, other, is_other)


def origin(one: Sequence[Called], other: Sequence[Called], wrong: Wrong) -> int | None:
    """The number of the first function that makes something wrong of what is right, and the logits are wrong by that.

    Args:
        wrong: of two results of numbers; None where they say nothing.
    """
    made_by, is_wrong, given = dict[int, int](), list[bool](), list[set[int]]()
    for at, (a, b) in enumerate(_pairs(one, other)):
        given.append({made_by[each] for each in a.given if each in made_by})
        numbers = [(x, y) for x, y in zip(a.made, b.made, strict=False) if x.is_floating_point() or x.is_complex()]
        told = [each for each in (wrong(x, y) for x, y in numbers) if each is not None]
        is_wrong.append(any(told) if told else any(is_wrong[before] for before in given[at]))
        made_by.update(dict.fromkeys(a.ids, at))
    found, left, seen = list[int](), [len(is_wrong) - 1] if is_wrong and is_wrong[-1] else [], set[int]()
    while left:
        at = left.pop()
        before = {each for each in given[at] if is_wrong[each]}
        if not before:
            found.append(at)
        left += before - seen
        seen |= before
    return min(found, default=None)


def _place(calls: Sequence[Called], at: int | None) -> Place:
    return Place("") if at is None else Place(calls[at].line, calls[at].function)


def _narrowed(y: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """The beginning of a result along each axis, as far as another one goes."""
    if y.ndim != x.ndim:
        return y
    return y[tuple(slice(size) for size in x.shape)]


def lost(one: Sequence[Called], other: Sequence[Called], x: torch.Tensor) -> Place:
    """The function that is given the last numbers that differ; where several are, the one that gives these numbers.

    Args:
        x: the input of the first list.
    """
    pairs = _pairs(one, other)
    changed = [_any(a, b) for a, b in pairs]
    if not pairs or changed[-1]:
        return Place("")
    last = max((at for at, each in enumerate(changed) if each), default=-1)
    source = {id(x)} if last < 0 else {*pairs[last][0].ids}
    given = [a for a, _ in pairs[last + 1 :] if source & {*a.given}]
    losing = [a for a in given if _computes(a)] or given
    if len({a.line for a in losing}) == 1:
        kind = "" if losing[0].made[0].is_floating_point() or not _computes(losing[0]) else "ids"
        return Place(losing[0].line, losing[0].function, loses=True, kind=kind)
    return Place("") if last < 0 else Place(pairs[last][0].line, pairs[last][0].function)


def unused(
    one: Sequence[Called], other: Sequence[Called], weight: int, taken: Set[int], handed: Mapping[int, Place]
) -> Place:
    """Of a weight on which no logits depend, the function whose numbers nothing takes, or that loses its effect.

    Args:
        one, other: all calls of a forward, with the weight as it is and with another in its place.
        weight: its id.
        taken: the ids of all that any function was given.
        handed: what a module gave, by its id.
    """
    changed = [a for a, b in _pairs(one, other) if _any(a, b)]
    ends = {*changed[-1].ids} if changed else {weight}
    if changed and not ends & taken:
        return handed.get(changed[-1].ids[0]) or Place(changed[-1].line, changed[-1].function, unused=True)
    losing = [a for a in one if ends & {*a.given} and _computes(a)]
    return Place(losing[0].line, losing[0].function, loses=True) if len({a.line for a in losing}) == 1 else Place("")


def _computes(called: Called) -> bool:
    """Whether a function gives numbers that follow from the numbers it is given: no mask, and nothing fresh."""
    return called.made[0].dtype != torch.bool and not called.function.startswith(FRESH)


def _any(a: Called, b: Called) -> bool:
    return any(_differ(x, y) for x, y in zip(a.made, b.made, strict=False))


def _differ(a: torch.Tensor, b: torch.Tensor) -> bool:
    """Whether numbers differ by more than rounding; integers and masks differ if any does."""
    if a.shape != b.shape:
        return True
    if not a.is_floating_point():
        return not torch.equal(a, b)
    finite = a.isfinite() & b.isfinite()
    if not bool((finite | (a == b) | (a.isnan() & b.isnan())).all()):
        return True
    a, b = (torch.where(finite, each, 0).double() for each in (a, b))
    return bool(a.numel()) and bool((a - b).abs().max() > ROUNDING * a.abs().max())


def mixed(a: torch.Tensor, b: torch.Tensor, stays: torch.Tensor) -> bool:
    """Whether no axis has the rows that stay as they were, each by itself or with others of its own beside or between.

    Scores of each row for each other one have two axes of rows: there those of rows that stay for rows that stay count.
    """
    rows = len(stays)
    differs = a != b
    for axis, size in enumerate(a.shape):
        if size % rows:
            continue
        same = ~differs.transpose(0, axis).reshape(size, -1).any(dim=1)  # (size,)
        if any(bool(same.view(shape).transpose(0, at)[stays].all()) for shape, at in _split(size, rows)):
            return False
    axes = [axis for axis, size in enumerate(a.shape) if size == rows]
    for one, other in itertools.combinations(axes, 2):
        between = differs.movedim((one, other), (0, 1))[stays][:, stays]
        if not between.any():
            return False
    return True


def _split(size: int, rows: int) -> tuple[tuple[tuple[int, int], int], ...]:
    """How so many places can be those of the rows: a shape, and the axis of the rows in it."""
    return ((rows, size // rows), 0), ((size // rows, rows), 1)
