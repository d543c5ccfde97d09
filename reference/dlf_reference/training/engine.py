"""The loop that every PyTorch recipe shares: batches, loss, a step, a schedule, and predictions at the end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
import torch
from torch.nn.functional import cross_entropy

from dlf_reference.training.common import Array, Pace, Progress
from dlf_reference.training.muon import Muon

Inputs = tuple[torch.Tensor, ...]


@dataclass(frozen=True)
class Plan:
    """How a model is trained: one cycle of the learning rate, up and down again.

    Attributes:
        lr: the highest learning rate of the cycle.
        optimiser: "adamw", "sgd" with Nesterov's momentum of 0.9, or "muon".
        weight_decay: decoupled for AdamW.
        warm_up: share of the steps in which the rate rises.
        max_norm: gradients are scaled down to this norm; 0 for no limit.
        label_smoothing: share of a target that is spread over all classes.
        half: compute in bfloat16 where the device is made for it.
    """

    epochs: int
    batch_size: int
    lr: float
    optimiser: str = "adamw"
    weight_decay: float = 0.01
    warm_up: float = 0.3
    max_norm: float = 0.0
    label_smoothing: float = 0.0
    half: bool = False


class Examples(Protocol):
    """Training and test inputs, on the device they are used on."""

    watched: str  # "held_out", examples kept back to see how training goes, or "test" where there are none

    def order(self, batch_size: int, rng: np.random.Generator) -> Iterator[Array]:
        """Row numbers of one epoch's batches, in a new order each time."""

    def batch(self, rows: Array, rng: np.random.Generator) -> tuple[Inputs, torch.Tensor]:
        """What the model is given for training rows, changed at random where that helps, and their classes."""

    def steps(self, batch_size: int) -> int:
        """Batches of an epoch."""

    def all(self, name: str) -> Iterator[Inputs]:
        """Batches of all "held_out" or "test" examples, in their order."""


class DivergedError(RuntimeError):
    """The loss is no longer a number."""


def fit(model: Any, examples: Examples, plan: Plan, device: torch.device, seed: int) -> Progress:
    """Train a model and let it predict the test examples, once.

    Yields:
        progress, a few times a second; after each epoch with predictions (N,) of the watched examples.

    Returns:
        "test": predictions (N,); "losses": mean training loss of each epoch; "seconds".

    Raises:
        DivergedError: the loss became nan or inf.
    """
    steps = examples.steps(plan.batch_size)
    if plan.half and not _works_in_half(model, examples, device):
        plan = replace(plan, half=False)
    optimiser = _optimiser(plan, model)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, plan.lr, total_steps=plan.epochs * steps, pct_start=plan.warm_up, cycle_momentum=False
    )
    rng, pace, losses, step = np.random.default_rng(seed), Pace(plan.epochs * steps), list[float](), 0
    for epoch in range(1, plan.epochs + 1):
        model.train()
        running = torch.zeros((), device=device)
        for rows in examples.order(plan.batch_size, rng):
            inputs, labels = examples.batch(rows, rng)
            with _precision(plan, device):
                logits = model(*inputs)
            loss = cross_entropy(logits.float(), labels, label_smoothing=plan.label_smoothing)
            optimiser.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
            if plan.max_norm:
                torch.nn.utils.clip_grad_norm_(model.parameters(), plan.max_norm)
            optimiser.step()
            schedule.step()
            running += loss.detach()
            step += 1
            if pace.due():
                _still_a_number(float(loss.detach()), step, schedule, model)
                yield pace.report(step, epoch, float(loss.detach()))
        losses.append(float(running) / steps)
        _still_a_number(losses[-1], step, schedule, model)
        seen = predict(model, examples.all(examples.watched), plan, device)
        yield pace.report(step, epoch, losses[-1]) | {examples.watched: seen}
    test = predict(model, examples.all("test"), plan, device)
    return {"test": test, "losses": losses, "seconds": pace.seconds()}


def predict(model: Any, batches: Iterator[Inputs], plan: Plan, device: torch.device) -> Array:
    """The most likely class of each example, (N,) int64, in evaluation mode."""
    model.eval()
    with torch.no_grad(), _precision(plan, device):
        classes: Array = torch.cat([model(*inputs).argmax(dim=1) for inputs in batches]).cpu().numpy()
    return classes


def _optimiser(plan: Plan, model: Any) -> torch.optim.Optimizer:
    parameters = [p for p in model.parameters() if p.requires_grad]
    if plan.optimiser == "muon":
        return Muon(parameters, plan.lr, plan.weight_decay)
    if plan.optimiser == "sgd":
        return torch.optim.SGD(parameters, plan.lr, momentum=0.9, nesterov=True, weight_decay=plan.weight_decay)
    return torch.optim.AdamW(parameters, plan.lr, weight_decay=plan.weight_decay)


def _precision(plan: Plan, device: torch.device) -> AbstractContextManager[Any]:
    """bfloat16 where it is asked for and the device is made for it."""
    if plan.half and (device.type == "cuda" or (device.type == "cpu" and torch.cpu._is_avx512_bf16_supported())):
        return torch.autocast(device.type, torch.bfloat16)
    return nullcontext()


def _works_in_half(model: Any, examples: Examples, device: torch.device) -> bool:
    """Whether a model bears bfloat16: one may hold a constant that is too large for it, and be right all the same."""
    inputs = next(iter(examples.all(examples.watched)))
    model.eval()
    try:
        with torch.no_grad(), torch.autocast(device.type, torch.bfloat16):
            model(*inputs)
    except RuntimeError:
        return False
    return True


def _still_a_number(loss: float, step: int, schedule: Any, model: Any) -> None:
    if np.isfinite(loss):
        return
    norms = [p.grad.norm() for p in model.parameters() if p.grad is not None]
    norm = float(torch.stack(norms).norm()) if norms else 0.0
    rate = schedule.get_last_lr()[0]
    raise DivergedError(f"the loss is {loss} at step {step} (learning rate {rate:.2g}, gradient norm {norm:.3g})")
