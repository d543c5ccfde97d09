"""The first batches of a recipe, as the recipe itself gives them, and its steps."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn.functional import cross_entropy

from dlf_reference.training.common import Array, Data, batches
from dlf_reference.training.continued import Continued
from dlf_reference.training.engine import Examples, Inputs, Plan, complete, one_cycle, optimiser_of
from dlf_reference.training.images import Images
from dlf_reference.training.language import Rows, Windows
from dlf_reference.training.optimisers import Adam
from dlf_reference.training.sequences import MAX_NORM, cut
from dlf_reference.training.text import Texts

Batch = tuple[Inputs, torch.Tensor]


@dataclass(frozen=True)
class Course:
    """How a recipe begins.

    Attributes:
        network: what is trained, the model or what the recipe puts around it.
        draw: the recipe's first batches for a seed, as many as are asked for.
        plan: the recipe's settings.
        tokens: the inputs are texts.
        constant: the learning rate is the same at every step.
    """

    network: nn.Module
    draw: Callable[[int, int], list[Batch]]
    plan: Plan
    tokens: bool
    constant: bool = False

    def optimiser(self, steps: int) -> tuple[torch.optim.Optimizer, Callable[[], None]]:
        """The recipe's optimiser for so many steps, and what moves its learning rate on."""
        if self.constant:
            parameters = [p for p in self.network.parameters() if p.requires_grad]
            return Adam(parameters, lr=self.plan.lr), lambda: None
        optimiser = optimiser_of(self.plan, self.network)
        return optimiser, one_cycle(self.plan, optimiser, max(steps, 4)).step


def course(model: Any, recipe: str, data: Data, settings: dict[str, Any]) -> Course:
    """The beginning of a recipe for a model."""
    kind = recipe.partition(":")[0]
    plan = Plan(**{each.name: settings[each.name] for each in fields(Plan) if each.name in settings})
    device = torch.device("cpu")
    examples: Examples
    if kind == "sequences":
        return Course(model, lambda seed, count: _sequences(data, plan, seed, count), plan, True, constant=True)
    if kind == "images":
        examples = Images(data, device, shift=settings.get("shift", 0), flip=settings.get("flip", False))
        examples.in_order = True
    elif kind == "text":
        given = {name: settings.get(name, usual) for name, usual in (("lengths_wanted", False), ("forget", 0.0))}
        examples = Texts(data, device, longest=settings["longest"], **given)
    elif recipe == "language:copy":
        rows = Rows(data, device)
        examples, model = rows, Continued(model, rows.last)
    else:
        examples, model = (
            Windows(data, device, settings.get("length", 128), settings.get("share", 1.0)),
            Continued(model),
        )

    def draw(seed: int, count: int) -> list[Batch]:
        rng = np.random.default_rng(seed)
        epochs = (examples.order(epoch, plan.batch_size, rng) for epoch in itertools.count(1))
        return [examples.batch(rows, rng) for rows in _first(count, epochs)]

    complete(model, examples)
    return Course(model, draw, plan, kind != "images")


def _sequences(data: Data, plan: Plan, seed: int, count: int) -> list[Batch]:
    tokens, labels = torch.from_numpy(data["x_train"]).long(), torch.from_numpy(data["y_train"])
    rng = np.random.default_rng(seed)
    epochs = (batches(len(tokens), plan.batch_size, rng) for _ in itertools.count())
    return [(cut(tokens[rows]), labels[rows]) for rows in _first(count, epochs)]


def _first(count: int, epochs: Iterable[Iterable[Array]]) -> Iterator[Array]:
    """The rows of so many batches, over as many epochs as that takes."""
    return itertools.islice(itertools.chain.from_iterable(epochs), count)


def loss_of(network: Any, batch: Batch) -> torch.Tensor:
    """The recipe's loss on a batch."""
    inputs, labels = batch
    return cross_entropy(network(*inputs).float(), labels)


def stepped(course: Course, seed: int, steps: int, rows: int = 0) -> Iterator[float]:
    """The loss of each step of a recipe's beginning.

    Args:
        rows: train on so many examples, again and again; 0 for the recipe's batches.
    """
    optimiser, on = course.optimiser(steps)
    given = course.draw(seed, 1 if rows else steps)
    course.network.train()
    for at in range(steps):
        loss = loss_of(course.network, given[at % len(given)])
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
        norm = MAX_NORM if course.constant else course.plan.max_norm
        if norm:
            nn.utils.clip_grad_norm_(course.network.parameters(), norm)
        yield float(loss.detach())
        optimiser.step()
        on()
