"""Where in forward a part of the input is lost, where rows first mix, and where one call first differs from another.

A forward is run twice, and the numbers of each function that it calls are compared.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import torch
from torch.overrides import TorchFunctionMode

from dlf_reference.training.autopsy.course import Course, course
from dlf_reference.training.autopsy.exchanged import Examined, examined, kept, of_ids, of_one_token
from dlf_reference.training.autopsy.measured import Place
from dlf_reference.training.autopsy.noticed import FRESH, flat, line_here, name_of
from dlf_reference.training.autopsy.reacting import BATCHES, SETTLED
from dlf_reference.training.common import Data
from dlf_reference.training.engine import Inputs
from dlf_reference.training.probes import nothing_compiled

ROUNDING = 1e-5  # of the largest number
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


class Followed(TorchFunctionMode):
    """Keeps every function that gives numbers, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[Called] = []
        self.alive: list[Any] = []  # so that no id is used twice

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        result = func(*args, **kwargs)
        name = name_of(func, kwargs)
        given = [part for part in flat(flat([*args, *kwargs.values()])) if isinstance(part, torch.Tensor)]
        made = [part for part in flat(flat([result])) if isinstance(part, torch.Tensor)]
        if result is None and given:  # written into: x[0] = y
            made = given[:1]
        if made:
            self.alive += [*given, *made]
            copies = tuple(part.detach().clone() for part in made)
            self.calls.append(Called(name, line_here(), tuple(map(id, given)), copies, tuple(map(id, made))))
        return result


def place(model: Any, recipe: str, data: Data, settings: dict[str, Any], seed: int, what: str) -> dict[str, str]:
    """Where something becomes of a part of the input.

    Args:
        what: a part that does not reach the logits, as a `Reaction` has it, or "rows", "twice", "twice in training",
            "batch before".

    Returns:
        a `Place`, as a dictionary; its line is "" where there is none, or where it cannot be told.
    """
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    given = course(model, recipe, data, settings)
    batches = [inputs for inputs, _ in given.draw(seed, BATCHES)]
    seen = examined(given, batches)
    found = Place("")
    with suppress(RuntimeError):
        found = _found(given, seen, what)
    return asdict(found)


def compared(model: Any, how: str, *arrays: np.ndarray) -> dict[str, str]:
    """Where in a forward in evaluation mode two inputs part or meet.

    Args:
        how: "lost", what is different does not reach the logits; "rows" or "steps", those that are the same in both
            inputs are mixed with the others; "wider", the second is the first with padding behind it; "twice", the
            first input is asked twice.
        arrays: what forward takes, then the same again, with something else in it.

    Returns:
        a `Place`, as a dictionary.
    """
    given = tuple(torch.from_numpy(x) for x in arrays)
    one, other = given[: len(given) // 2], given[len(given) // 2 :]
    with suppress(RuntimeError), nothing_compiled():
        calls = calls_of(model, one), calls_of(model, one if how == "twice" else other)
        if how == "lost":
            return asdict(lost(*calls, one[0]))
        if how == "twice":
            return asdict(first(*calls))
        if how == "wider":
            return asdict(first_padded(*calls))
        axis = 0 if how == "rows" else 1
        stays = (one[0] == other[0]).transpose(0, axis).flatten(1).all(dim=1)
        return asdict(first_mixed(*calls, stays))
    return asdict(Place(""))


def _found(given: Course, seen: Examined, what: str) -> Place:
    inputs = (seen.x, *seen.rest)
    if what.startswith("twice"):
        torch.manual_seed(0)
        one, other = (calls_of(given.network, inputs, training=what.endswith("training")) for _ in range(2))
        return first(one, other)
    if what == "batch before":
        for _ in range(SETTLED):
            one = calls_of(given.network, inputs)
        calls_of(given.network, tuple(x.flip(0) for x in inputs))
        return first(one, calls_of(given.network, inputs))
    if what == "ids":
        alike = _alike(given, seen)
        if alike is None:
            return Place("")
        one, other = (calls_of(given.network, each) for each in alike)
        return lost(one, other, alike[0][0])
    if what not in seen.others:
        return Place("")
    one, other = (calls_of(given.network, (x, *seen.rest)) for x in (seen.x, seen.others[what]))
    return first_mixed(one, other, kept(seen.x)) if what == "rows" else lost(one, other, seen.x)


def calls_of(model: Any, inputs: Inputs, *, training: bool = False) -> list[Called]:
    """The functions that a model's logits follow from, in order."""
    with torch.no_grad(), Followed() as mode:
        y = model.train(training)(*inputs)
    live, found = {id(y)}, list[Called]()
    for call in reversed(mode.calls):
        if live & {*call.ids} or call.function.endswith("_"):  # what writes may write into a view of something else
            live |= {*call.given}
            found.append(call)
    return found[::-1]


def _alike(given: Course, seen: Examined) -> tuple[Inputs, Inputs] | None:
    """A text each of two tokens that get the same logits."""
    ids = of_ids(seen.x)
    with torch.no_grad():
        y = given.network.eval()(*of_one_token(ids, seen)).float()
    y = y.reshape(len(ids), -1)
    for first in range(len(ids)):
        for second in range(first + 1, len(ids)):
            if torch.equal(y[first], y[second]):
                pair = [of_one_token(ids[[at]], seen) for at in (first, second)]
                return pair[0], pair[1]
    return None


# -- two lists of calls, compared -----------------------------------------------------------------


def _pairs(one: Sequence[Called], other: Sequence[Called]) -> list[tuple[Called, Called]]:
    """The calls of both, as far as they are of the same functions; none where they part."""
    same = [a.function for a in one] == [b.function for b in other]
    return list(zip(one, other, strict=True)) if same else []


def first(one: Sequence[Called], other: Sequence[Called]) -> Place:
    """The first function that gives other numbers."""
    found = next((a for a, b in _pairs(one, other) if _any(a, b)), None)
    return Place(found.line, found.function) if found else Place("")


def first_mixed(one: Sequence[Called], other: Sequence[Called], stays: torch.Tensor) -> Place:
    """The first function that gives something mixed on its way to the logits.

    Args:
        stays: a mask over the rows, or the steps, that are the same in both inputs.
    """

    def is_mixed(x: torch.Tensor, y: torch.Tensor) -> bool | None:
        if x.shape != y.shape or x.numel() < len(stays) or not _differ(x, y):
            return None
        return mixed(x, y, stays)

    return origin(one, other, is_mixed)


def first_padded(one: Sequence[Called], other: Sequence[Called]) -> Place:
    """The first function whose numbers for the text itself are others with padding behind it."""

    def is_other(x: torch.Tensor, y: torch.Tensor) -> bool | None:
        if _differ(x, _narrowed(y, x)):
            return True
        return None if x.shape == y.shape else False  # of one shape: no step of the text is in it, perhaps

    return origin(one, other, is_other)


def origin(one: Sequence[Called], other: Sequence[Called], wrong: Wrong) -> Place:
    """The first function that makes something wrong of what is right, and the logits are wrong by that.

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
    first_of_all = one[min(found)] if found else None
    return Place(first_of_all.line, first_of_all.function) if first_of_all else Place("")


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
        return Place(losing[0].line, losing[0].function, loses=True)
    return Place("") if last < 0 else Place(pairs[last][0].line, pairs[last][0].function)


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
