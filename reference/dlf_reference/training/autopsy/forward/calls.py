"""The functions that a forward calls, and those of them that the logits follow from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import torch
from torch import nn
from torch.nn.modules.module import register_module_forward_hook
from torch.overrides import TorchFunctionMode

from dlf_reference.training.autopsy.forward.noticed import (
    FRESH,
    NORMS,
    WRITES,
    Inputs,
    flat,
    is_alone,
    line_here,
    name_of,
)
from dlf_reference.training.autopsy.forward.traces import Called
from dlf_reference.training.autopsy.measured import Place
from dlf_reference.training.watching import removed_after

KIND = frozenset({"dtype", "device", "shape", "ndim", "size", "dim", "numel", "requires_grad", "__len__"})


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
        if name not in KIND and not name.startswith(FRESH):  # which take none of its numbers
            self.taken |= {*map(id, given)}
        if result is None and given:  # written into: x[0] = y
            made = given[:1]
        if made:
            self.alive += [*given, *made]
            copies = tuple(_copied(part, name) for part in made)
            self.calls.append(Called(name, line_here(), tuple(map(id, given)), copies, tuple(map(id, made))))
        return result

    def hand(self, module: nn.Module, given: Any, result: Any) -> None:
        """Keep what a module gives; a hook of PyTorch's."""
        if name := self.names.get(id(module)):
            self.handed[id(result)] = Place(line_here(), name, unused=True)


def _copied(made: torch.Tensor, function: str) -> torch.Tensor:
    """The numbers that a function gives; zeros for those of memory that nobody has written to, which are any."""
    return torch.zeros_like(made) if function.removeprefix("new_").startswith("empty") else made.detach().clone()


def _of_how_many(function: str, result: Any, args: Sequence[Any], kwargs: dict[str, Any]) -> str:
    """That a softmax is one of a single number, and so 1 whatever that is, or a norm, and so 0; in words."""
    axis = kwargs.get("dim", args[1] if len(args) > 1 else None)
    single = "softmax" in function and isinstance(axis, int) and result.shape[axis] == 1
    single = single or (function in NORMS and is_alone(function, flat([*args, *kwargs.values()])))
    return " of one number" if single else ""


def calls_of(model: Any, inputs: Inputs, *, training: bool = False) -> list[Called]:
    """The functions that a model's logits follow from, in order."""
    mode, y = followed(model, inputs, training=training)
    return towards(y, mode.calls)


def followed(model: Any, inputs: Inputs, *, training: bool = False) -> tuple[Followed, Any]:
    """All functions that a forward calls, and the logits."""
    with torch.no_grad(), Followed(model) as mode, removed_after([register_module_forward_hook(mode.hand)]):
        y = model.train(training)(*inputs)
    return mode, y


def towards(y: Any, calls: Sequence[Called]) -> list[Called]:
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
