"""Which call of a forward in evaluation mode keeps a gradient from what it should reach."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import nn

from dlf_reference.training.autopsy.forward.derivatives import Differences
from dlf_reference.training.autopsy.forward.hooks import Unhooked, unhook
from dlf_reference.training.autopsy.forward.linked import Linked
from dlf_reference.training.autopsy.forward.noticed import noticed
from dlf_reference.training.autopsy.measured import FLAT, HOOK, Cut, Misled
from dlf_reference.training.probes import nothing_compiled, random_sum

NEARLY = 0.8, 1.25  # of a gradient by differences
UNDONE = ("detach", "detach_", "data")  # what `Linked` lets through
UNTOLD = Cut(function="?")  # of several calls nobody knows which it is


def cut_off(model: nn.Module, names: Sequence[str], seed: int, *inputs: np.ndarray) -> dict[str, Any]:
    """The call that keeps backward from weights on which the logits depend; without one, a hook, which it loses.

    Returns:
        a `Cut`, as a dictionary.
    """
    given = tuple(map(torch.from_numpy, inputs))
    model.eval()
    chosen = [p for name, p in model.named_parameters() if name in names]

    def differentiate() -> None:
        model.zero_grad()
        y = model(*given)
        if y.requires_grad:
            random_sum(y, seed + 1).backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped

    def all_reached() -> bool:
        return all(p.grad is not None and bool(p.grad.any()) for p in chosen)

    with _quietly():
        found = culprit(lambda: model(*given), differentiate, all_reached)
        if not found.function:
            found = Cut(HOOK) if _hooked(model, differentiate, all_reached) else found
        return asdict(found)


def _hooked(model: nn.Module, differentiate: Callable[[], None], right: Callable[[], bool]) -> bool:
    """Whether all is right without hooks, which the model loses, and not with them."""
    differentiate()
    if right():
        return False
    unhook(model)
    with Unhooked():
        differentiate()
    return right()


def misled(model: nn.Module, seed: int, *inputs: np.ndarray) -> dict[str, Any]:
    """The gradients of a model's weights, and of an input of numbers, that are not what small differences give.

    Returns:
        a `Misled`, as a dictionary; nothing in it where all agree, or where differences cannot be told from rounding.
    """
    given = tuple(map(torch.from_numpy, inputs))
    nothing = asdict(Misled({}, ()))
    with _quietly():
        try:
            found = Differences(model, given, lambda y: random_sum(y, seed + 1), of_input=True)
            if found.agree_at_once(seed):
                return nothing
            each = found.each(seed)
        except Exception:  # noqa: BLE001 - the learner's own code, in a precision that nobody asked for
            return nothing
        ratios = {name: ratio for name, ratio in each.ratios.items() if not NEARLY[0] < ratio < NEARLY[1]}
        if not ratios and not each.astray:
            return nothing
        forward = partial(found.network, *found.inputs)
        cut = culprit(forward, found.differentiate, partial(found.agree_at_once, seed))
    return asdict(Misled(ratios, each.astray, cut))


def culprit(forward: Callable[[], torch.Tensor], differentiate: Callable[[], None], right: Callable[[], bool]) -> Cut:
    """The call that cuts a gradient: without it, all is right; or it is the only one, and cannot be left out.

    Args:
        differentiate: forward and backward, after which all may be right.
    """

    def repairs(change: Linked) -> bool | None:
        """None where it cannot be left out: NumPy takes no tensor that requires a gradient."""
        try:
            with change:
                differentiate()
        except (RuntimeError, TypeError):
            return None
        return right()

    _, steps = noticed(forward)
    cuts = list(dict.fromkeys(Cut(step.function, step.line, step.off) for step in steps if step.cuts))
    places, switched_off = [cut for cut in cuts if cut.line and not cut.off], [cut for cut in cuts if cut.off]
    lines = {cut.line for cut in places}
    repaired = {line: repairs(Linked({line})) for line in lines}
    if one := next((cut for cut in places if repaired[cut.line]), None):
        return one
    if len(lines) > 1 and repairs(Linked(lines)):  # several do: the first without which it is not enough
        return next((cut for cut in places if not repairs(Linked(lines - {cut.line}))), UNTOLD)
    if switched_off and repairs(Linked()):
        return switched_off[0]
    rounds = [Cut(step.function, step.line) for step in steps if step.function in FLAT and not step.cuts and step.line]
    if one := next((cut for cut in rounds if repairs(Linked({cut.line}))), None):
        return one
    if len({cut.line for cut in rounds}) > 1 and repairs(Linked({cut.line for cut in rounds})):
        return rounds[0]
    firm = [cut for cut in places if repaired[cut.line] is None or cut.function not in UNDONE]
    return firm[0] if firm and len(lines) == 1 and not switched_off else UNTOLD if cuts else Cut()


@contextmanager
def _quietly() -> Iterator[None]:
    """Without what the learner's forward warns of: it has done so before."""
    with nothing_compiled(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
