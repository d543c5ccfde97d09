"""What a forward gives for two inputs, or for two weights, call by call: where they part, meet, cancel or break."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn.modules.module import register_module_forward_hook
from torch.overrides import TorchFunctionMode

from dlf_reference.training.autopsy.forward.noticed import (
    SAME_NUMBERS,
    WRITES,
    Inputs,
    flat,
    line_here,
    name_of,
    noticed,
)
from dlf_reference.training.autopsy.forward.operations import Forward, misused
from dlf_reference.training.autopsy.forward.traces import (
    Called,
    differ,
    first_cancelling,
    first_different,
    first_mixed,
    first_told_apart,
    lost,
    mixed_at,
    padded_at,
    unused,
)
from dlf_reference.training.autopsy.measured import Place
from dlf_reference.training.probes import nothing_compiled
from dlf_reference.training.watching import removed_after


class Followed(TorchFunctionMode):
    """Keeps every function that gives numbers, in order.

    Attributes:
        taken: the ids of all that a function was given.
        handed: of what a module gave, by its id, where it was called and its name; of several the outermost.
    """

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.calls: list[Called] = []
        self.taken: set[int] = set()
        self.handed: dict[int, Place] = {}
        self.names = {id(module): name for name, module in model.named_modules()}
        self.alive: list[Any] = []  # so that no id is used twice

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        result = func(*args, **kwargs)
        name = name_of(func, kwargs)
        name += _of_how_many(name, result, args, kwargs)
        given = [part for part in flat(flat([*args, *kwargs.values()])) if isinstance(part, torch.Tensor)]
        made = [part for part in flat(flat([result])) if isinstance(part, torch.Tensor)]
        self.taken |= {*map(id, given)}
        if result is None and given:  # written into: x[0] = y
            made = given[:1]
        if made:
            self.alive += [*given, *made]
            copies = tuple(part.detach().clone() for part in made)
            self.calls.append(Called(name, line_here(), tuple(map(id, given)), copies, tuple(map(id, made))))
        return result

    def hand(self, module: nn.Module, given: Any, result: Any) -> None:
        """Keep what a module gives; a hook of PyTorch's."""
        if name := self.names.get(id(module)):
            self.handed[id(result)] = Place(line_here(), name, unused=True)


def _of_how_many(function: str, result: Any, args: Sequence[Any], kwargs: dict[str, Any]) -> str:
    """That a softmax is one of a single number, and so 1 whatever that is, in words."""
    axis = kwargs.get("dim", args[1] if len(args) > 1 else None)
    single = "softmax" in function and isinstance(axis, int) and result.shape[axis] == 1
    return " of one number" if single else ""


def compared(model: Any, how: str, *arrays: np.ndarray) -> dict[str, str]:
    """Where in a forward in evaluation mode two inputs part or meet.

    Args:
        how: "lost", what is different does not reach the logits; "rows" or "steps", those that are the same in both
            inputs are mixed with the others; "alike", the rows of the first, which are all the same, part; "wider", the
            second is the first with padding behind it; "twice", the first is asked twice; "dropped", in training mode
            dropout is the last that happens to the first; "cancels", next to nothing is left of numbers; "breaks",
            finite numbers become nan or inf.
        arrays: what forward takes, then the same again, with something else in it.

    Returns:
        a `Place`, as a dictionary.
    """
    given = tuple(torch.from_numpy(x) for x in arrays)
    one, other = given[: len(given) // 2], given[len(given) // 2 :]
    with suppress(RuntimeError), nothing_compiled():
        if how == "dropped":
            return asdict(_dropped_last(calls_of(model, one, training=True)))
        if how == "breaks":
            model.eval()
            _, steps = noticed(lambda: model(*one))
            return asdict(next((Place(step.line, step.function) for step in steps if step.breaks), Place("")))
        if how == "cancels":
            return asdict(first_cancelling(calls_of(model, one)))
        if how == "alike":
            return asdict(first_told_apart(calls_of(model, one), one))
        if how in ("wider", "steps"):
            return asdict(let_in(model, how, one, other))
        calls = calls_of(model, one), calls_of(model, one if how == "twice" else other)
        if how == "lost":
            return asdict(lost(*calls, one[0]))
        if how == "twice":
            return asdict(first_different(*calls))
        return asdict(first_mixed(*calls, (one[0] == other[0]).flatten(1).all(dim=1)))
    return asdict(Place(""))


def let_in(model: Any, how: str, one: Inputs, other: Inputs) -> Place:
    """Where padding, "wider", or a later step, "steps", is let in, and what is wrong there; see `compared`."""
    seen = [_seen(model, inputs) for inputs in (one, other)]
    calls = seen[0].calls, seen[1].calls
    if how == "wider":
        return misused(how, padded_at(*calls), *seen)
    stays = (one[0] == other[0]).all(dim=0)
    return misused(how, mixed_at(*calls, stays), *seen)


def _seen(model: Any, inputs: Inputs) -> Forward:
    mode, y = _followed(model, inputs)
    return Forward(_towards(y, mode.calls), mode.calls, inputs, id(y))


def effect_lost(model: Any, name: str, seed: int, *arrays: np.ndarray) -> dict[str, str]:
    """Where in a forward in evaluation mode the effect of a weight ends before the logits.

    Args:
        name: of the weight; it is drawn anew, and put back.

    Returns:
        a `Place`, as a dictionary; its line is "" where there is none.
    """
    given = tuple(map(torch.from_numpy, arrays))
    weight = dict(model.named_parameters())[name]
    with suppress(RuntimeError), nothing_compiled(), torch.no_grad():
        kept, (one, y) = weight.clone(), _followed(model, given)
        weight.copy_(torch.randn(weight.shape, generator=torch.Generator().manual_seed(seed)))
        other, z = _followed(model, given)
        weight.copy_(kept)
        towards = _towards(y, one.calls), _towards(z, other.calls)
        if differ(*towards):
            return asdict(lost(*towards, given[0]))
        return asdict(unused(one.calls, other.calls, id(weight), one.taken, one.handed))
    return asdict(Place(""))


def _dropped_last(calls: list[Called]) -> Place:
    """The dropout whose numbers are the logits."""
    last = next((call for call in reversed(calls) if call.function not in SAME_NUMBERS), None)
    return Place(last.line, last.function) if last is not None and "dropout" in last.function else Place("")


def calls_of(model: Any, inputs: Inputs, *, training: bool = False) -> list[Called]:
    """The functions that a model's logits follow from, in order."""
    mode, y = _followed(model, inputs, training=training)
    return _towards(y, mode.calls)


def _followed(model: Any, inputs: Inputs, *, training: bool = False) -> tuple[Followed, Any]:
    """All functions that a forward calls, and the logits."""
    with torch.no_grad(), Followed(model) as mode, removed_after([register_module_forward_hook(mode.hand)]):
        y = model.train(training)(*inputs)
    return mode, y


def _towards(y: Any, calls: Sequence[Called]) -> list[Called]:
    """The functions that logits follow from."""
    live, found = {id(y)}, list[Called]()
    for call in reversed(calls):
        writes = _writes(call.function)  # perhaps into a view of something else
        used = [at for at, each in enumerate(call.ids) if writes or each in live]
        if used:
            live |= {*call.given}
            made, ids = tuple(call.made[at] for at in used), tuple(call.ids[at] for at in used)
            found.append(replace(call, made=made, ids=ids))
    return found[::-1]


def _writes(function: str) -> bool:
    """Whether a function changes what it is given."""
    return function in WRITES or (function.endswith("_") and not function.startswith("__"))
