"""What a forward gives for two inputs, or for two weights, call by call: where they part, meet, cancel or break.

Each function takes a model, which it puts into evaluation mode, and what forward takes as arrays; where there are two
inputs, one after the other. It returns a `Place` as a dictionary, whose line is "" where there is none.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from functools import wraps
from typing import Any

import numpy as np
import torch

from dlf_reference.training.autopsy.forward import traces
from dlf_reference.training.autopsy.forward.calls import calls_of, followed, towards
from dlf_reference.training.autopsy.forward.handed import handed
from dlf_reference.training.autopsy.forward.noticed import SAME_NUMBERS, Inputs, noticed
from dlf_reference.training.autopsy.forward.operations import Forward, misused
from dlf_reference.training.autopsy.measured import Place
from dlf_reference.training.probes import nothing_compiled, start_from

EVEN = 0.01  # standard deviation of scores
Asked = Callable[..., dict[str, str]]


def of_one(find: Callable[[Any, Inputs], Place]) -> Asked:
    """A function of one input, as a worker is asked for it."""

    @wraps(find)
    def asked(model: Any, *arrays: np.ndarray) -> dict[str, str]:
        with suppress(RuntimeError), nothing_compiled():
            return asdict(find(model, tuple(map(torch.from_numpy, arrays))))
        return asdict(Place(""))

    return asked


def of_two(find: Callable[[Any, Inputs, Inputs], Place]) -> Asked:
    """A function of two inputs, likewise."""
    return of_one(lambda model, both: find(model, both[: len(both) // 2], both[len(both) // 2 :]))


@of_one
def breaks(model: Any, inputs: Inputs) -> Place:
    """The first function that makes nan or inf of finite numbers."""
    model.eval()
    _, steps = noticed(lambda: model(*inputs))
    return next((Place(step.line, step.function) for step in steps if step.breaks), Place(""))


@of_one
def cancels(model: Any, inputs: Inputs) -> Place:
    """The first function that leaves next to nothing of its numbers."""
    return traces.first_cancelling(calls_of(model, inputs))


@of_one
def dead(model: Any, inputs: Inputs) -> Place:
    """The first rectifier that gives zeros for every input."""
    return traces.first_dead(calls_of(model, inputs))


@of_one
def shares(model: Any, inputs: Inputs) -> Place:
    """The first softmax whose shares a layer is given."""
    found = (each for each in handed(model.eval(), inputs) if each.what == "shares")
    return next((Place(each.line, "softmax") for each in found), Place(""))


@of_two
def fades(model: Any, one: Inputs, other: Inputs) -> Place:
    """Where that in which two inputs differ ends, if it has become less and less on the way."""
    return traces.last_fading(calls_of(model, one), calls_of(model, other))


@of_one
def evens(model: Any, inputs: Inputs) -> Place:
    """The first softmax over keys whose scores are so near to each other that all keys get one weight."""
    model.eval()
    _, steps = noticed(lambda: model(*inputs))
    return next((Place(step.line, step.function) for step in steps if step.scores < EVEN), Place(""))


@of_one
def earlier_hidden(model: Any, inputs: Inputs) -> Place:
    """The first attention that hides earlier tokens."""
    return traces.first_hiding(calls_of(model, inputs))


@of_one
def dropped(model: Any, inputs: Inputs) -> Place:
    """In training mode: the dropout whose numbers are the logits."""
    calls = calls_of(model, inputs, training=True)
    last = next((call for call in reversed(calls) if call.function not in SAME_NUMBERS), None)
    return Place(last.line, last.function) if last is not None and "dropout" in last.function else Place("")


@of_one
def repeated(model: Any, inputs: Inputs) -> Place:
    """The first function that gives other numbers when the same is asked a second time."""
    return traces.first_different(calls_of(model, inputs), calls_of(model, inputs))


@of_one
def rows_part(model: Any, inputs: Inputs) -> Place:
    """The first function that makes rows differ that are all the same in the input."""
    return traces.first_told_apart(calls_of(model, inputs), inputs)


@of_two
def rows_meet(model: Any, one: Inputs, other: Inputs) -> Place:
    """The first function in which rows that are the same in both inputs are mixed with the others."""
    calls = calls_of(model, one), calls_of(model, other)
    return traces.first_mixed(*calls, (one[0] == other[0]).flatten(1).all(dim=1))


@of_two
def difference_lost(model: Any, one: Inputs, other: Inputs) -> Place:
    """Where that in which two inputs differ ends before the logits."""
    return traces.lost(calls_of(model, one), calls_of(model, other), one[0])


@of_two
def padding_meets(model: Any, one: Inputs, other: Inputs) -> Place:
    """Where padding is let in; see `padding_let_in`."""
    return padding_let_in(model, one, other)


@of_two
def later_meets(model: Any, one: Inputs, other: Inputs) -> Place:
    """Where a later token is let in; see `later_let_in`."""
    return later_let_in(model, one, other)


def padding_let_in(model: Any, text: Inputs, padded: Inputs) -> Place:
    """The function in which a text meets the padding behind it, and what is wrong with it."""
    seen = _seen(model, text), _seen(model, padded)
    return misused("padding", traces.padded_at(seen[0].calls, seen[1].calls), *seen)


def later_let_in(model: Any, text: Inputs, other: Inputs) -> Place:
    """The function in which tokens that are the same in both texts meet later ones, and what is wrong with it."""
    seen = _seen(model, text), _seen(model, other)
    stays = (text[0] == other[0]).all(dim=0)
    return misused("later", traces.mixed_at(seen[0].calls, seen[1].calls, stays), *seen)


def _seen(model: Any, inputs: Inputs) -> Forward:
    mode, y = followed(model, inputs)
    return Forward(towards(y, mode.calls), mode.calls, inputs, id(y))


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
        start_from(seed)  # what is drawn is no effect of the weight
        kept, (one, y) = weight.clone(), followed(model, given)
        weight.copy_(torch.randn(weight.shape, generator=torch.Generator().manual_seed(seed)))
        start_from(seed)
        other, z = followed(model, given)
        weight.copy_(kept)
        parts = towards(y, one.calls), towards(z, other.calls)
        if traces.differ(*parts):
            return asdict(traces.lost(*parts, given[0]))
        return asdict(traces.unused(one.calls, other.calls, id(weight), one.taken, one.handed))
    return asdict(Place(""))
