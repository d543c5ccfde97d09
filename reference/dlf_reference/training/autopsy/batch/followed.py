"""Where in forward a part of the input is lost, where rows first mix, and where one call first differs from another.

A forward is run twice, and the two traces are compared.
"""

from __future__ import annotations

import itertools
from contextlib import suppress
from dataclasses import asdict
from typing import Any

import torch

from dlf_reference.training.autopsy.batch.exchanged import Examined, examined, kept, of_ids, of_one_token
from dlf_reference.training.autopsy.batch.reacting import BATCHES, SETTLED, with_padding
from dlf_reference.training.autopsy.course import Course, course
from dlf_reference.training.autopsy.forward.calls import calls_of
from dlf_reference.training.autopsy.forward.compared import later_let_in, padding_let_in
from dlf_reference.training.autopsy.forward.traces import first_different, first_mixed, lost
from dlf_reference.training.autopsy.measured import Place
from dlf_reference.training.common import Data
from dlf_reference.training.engine import Inputs


def place(model: Any, recipe: str, data: Data, settings: dict[str, Any], seed: int, what: str) -> dict[str, str]:
    """Where something becomes of a part of the input.

    Args:
        what: a part that does not reach the logits, as a `Reaction` has it, or "rows", "twice", "twice in training",
            "batch before"; or one that must not, "padding" or "later".

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
        if what == "padding":
            texts = with_padding(batches)
            found = padding_let_in(given.network, *texts) if texts else found
        else:
            found = _found(given, seen, what)
    return asdict(found)


def _found(given: Course, seen: Examined, what: str) -> Place:
    inputs = (seen.x, *seen.rest)
    if what.startswith("twice"):
        torch.manual_seed(0)
        one, other = (calls_of(given.network, inputs, training=what.endswith("training")) for _ in range(2))
        return first_different(one, other)
    if what == "batch before":
        for _ in range(SETTLED):
            one = calls_of(given.network, inputs)
        calls_of(given.network, tuple(x.flip(0) for x in inputs))
        return first_different(one, calls_of(given.network, inputs))
    if what == "ids":
        alike = _alike(given, seen)
        if alike is None:
            return Place("")
        one, other = (calls_of(given.network, each) for each in alike)
        return lost(one, other, alike[0][0])
    if what not in seen.others:
        return Place("")
    if what == "later":
        return later_let_in(given.network, inputs, (seen.others[what], *seen.rest))
    one, other = (calls_of(given.network, (x, *seen.rest)) for x in (seen.x, seen.others[what]))
    return first_mixed(one, other, kept(seen.x)) if what == "rows" else lost(one, other, seen.x)


def _alike(given: Course, seen: Examined) -> tuple[Inputs, Inputs] | None:
    """A text each of two tokens that get the same logits."""
    ids = of_ids(seen.x)
    with torch.no_grad():
        y = given.network.eval()(*of_one_token(ids, seen)).float()
    y = y.reshape(len(ids), -1)
    for one, other in itertools.combinations(range(len(ids)), 2):
        if torch.equal(y[one], y[other]):
            return of_one_token(ids[[one]], seen), of_one_token(ids[[other]], seen)
    return None
