"""Short trainings on the recipe's batches, each with one thing changed."""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import asdict
from typing import Any

import torch

from dlf_reference.training.autopsy.course import Course, course, loss_of, stepped
from dlf_reference.training.autopsy.measured import Trial
from dlf_reference.training.autopsy.trials import changes
from dlf_reference.training.common import Data

NEXT = 4  # batches that are judged by


def attempt(
    model: Any,
    recipe: str,
    data: Data,
    settings: dict[str, Any],
    seed: int,
    change: str,
    steps: int,
    rows: int = 0,
    evaluated: bool = False,
) -> dict[str, Any]:
    """Train a new model for a few steps.

    Args:
        change: as `changes.apply` knows it, "" for none.
        rows: learn so many examples by heart instead of the recipe's batches; 0 for these.
        evaluated: the loss in the end is that of evaluation mode.

    Returns:
        a `Trial`, as a dictionary.
    """
    torch.set_num_threads(1)
    given = course(model, recipe, data, settings | ({"batch_size": rows} if rows else {}))
    losses, arrived = list[float](), False
    changes.apply(change, given, seed)
    torch.manual_seed(seed)
    with suppress(RuntimeError):
        for loss in stepped(given, seed, steps, rows):
            losses.append(loss)
            if not math.isfinite(loss):
                break
        else:
            arrived = True
    return asdict(Trial(tuple(losses), _after(given, seed, rows, steps, evaluated) if arrived else math.inf))


def _after(given: Course, seed: int, rows: int, steps: int, evaluated: bool) -> float:
    """The loss in the end: of the rows that were learnt by heart, or of the recipe's next batches."""
    batches = given.draw(seed, 1) if rows else given.draw(seed, steps + NEXT)[steps:]
    given.network.train(not evaluated)
    with torch.no_grad():
        return float(sum(float(loss_of(given.network, batch)) for batch in batches) / max(1, len(batches)))
