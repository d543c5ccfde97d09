"""The loop that every PyTorch recipe shares: batches, loss, a step, a schedule, and predictions at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from typing import Any, Literal, Protocol

import numpy as np
import torch
from torch.nn.functional import cross_entropy
from torch.nn.parameter import UninitializedParameter

from dlf_reference.training.common import Array, Pace, Progress, TrainingError, check_loss
from dlf_reference.training.muon import Muon, MuonAdamW
from dlf_reference.training.optimisers import SGD, AdamW, can_be_fused, made_for_bfloat16
from dlf_reference.training.settings import Amount, Count, Rate, Share
from dlf_reference.training.state import State, put, take

Inputs = tuple[torch.Tensor, ...]
UNREAD = 40  # steps on a GPU, of which the loss may have become nan
FEW = np.arange(2), np.random.default_rng(0)  # rows and random numbers of a batch that only tries a model
Answer = Callable[[Any, Iterator[Inputs], "Plan", torch.device], Array]
REGISTERED = "make layers in __init__, as attributes of the module, or in an nn.ModuleList"


@dataclass(frozen=True)
class Plan:
    """How a model is trained: one cycle of the learning rate, up and down again.

    Attributes:
        lr: the highest learning rate of the cycle.
        optimiser: "adamw", "sgd" with Nesterov's momentum of 0.9, "muon" for filters, or "muon_adamw" for matrices.
        weight_decay: decoupled for AdamW.
        eps: of AdamW; where it exceeds the root of the mean square, as for rare words, steps become small.
        warm_up: share of the steps in which the rate rises.
        max_norm: gradients are scaled down to this norm; 0 for no limit.
        label_smoothing: share of a target that is spread over all classes.
        half: compute in bfloat16 where the device is made for it.
    """

    epochs: Count
    batch_size: Count
    lr: Rate
    optimiser: Literal["adamw", "sgd", "muon", "muon_adamw"] = "adamw"
    weight_decay: Amount = 0.01
    eps: Rate = 1e-8
    warm_up: Share = 0.3
    max_norm: Amount = 0.0
    label_smoothing: Share = 0.0
    half: bool = False


class Examples(Protocol):
    """Training and test inputs, on the device they are used on."""

    watched: str  # "held_out", examples kept back to see how training goes, or "test" where there are none

    def order(self, epoch: int, batch_size: int, rng: np.random.Generator) -> Iterator[Array]:
        """Row numbers of the batches of an epoch (from 1), in a new order each time."""

    def batch(self, rows: Array, rng: np.random.Generator) -> tuple[Inputs, torch.Tensor]:
        """What the model is given for training rows, changed at random where that helps, and their classes."""

    def steps(self, batch_size: int) -> int:
        """Batches of an epoch."""

    def all(self, name: str) -> Iterator[Inputs]:
        """Batches of all "held_out" or "test" examples, in their order."""


def fit(
    model: Any,
    examples: Examples,
    plan: Plan,
    device: torch.device,
    seed: int,
    state: State | None = None,
    answer: Answer | None = None,
) -> Progress:
    """Train a model and let it predict the test examples, once.

    Args:
        state: where to go on from; if there is one, the report of each epoch holds the next, as "state".
        answer: what a model says of batches; `predict` by default.

    Yields:
        progress, a few times a second; after each epoch with predictions (N,) of the watched examples.

    Returns:
        "test": predictions (N,); "losses": mean training loss of each epoch; "seconds".

    Raises:
        TrainingError: the loss became nan or inf, or there is nothing to train.
    """
    steps, answer = examples.steps(plan.batch_size), answer or predict
    if plan.half and not _works_in_half(model, examples, plan, device):
        plan = replace(plan, half=False)
    complete(model, examples)
    optimiser = optimiser_of(plan, model)
    schedule = one_cycle(plan, optimiser, plan.epochs * steps)
    rng, begun = np.random.default_rng(seed), state or State()
    if begun.epoch:
        put(begun, model, optimiser, schedule, rng)
    losses, step = list(begun.losses), begun.step
    pace = Pace(plan.epochs * steps, step, begun.seconds)
    for epoch in range(begun.epoch + 1, plan.epochs + 1):
        model.train()
        seen, rates = torch.zeros(steps, device=device), list[float]()
        for at, rows in enumerate(examples.order(epoch, plan.batch_size, rng)):
            inputs, labels = examples.batch(rows, rng)
            with precision(plan, device):
                logits = model(*inputs)
            loss = cross_entropy(logits.float(), labels, label_smoothing=plan.label_smoothing)
            optimiser.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
            seen[at] = loss.detach()
            rates.append(float(schedule.get_last_lr()[0]))
            due = pace.due()
            if due or device.type == "cpu" or at % UNREAD == UNREAD - 1:  # to read a loss is to wait for a GPU
                _check(seen[: at + 1], rates, step - at, model)
            if plan.max_norm:
                torch.nn.utils.clip_grad_norm_(model.parameters(), plan.max_norm)
            optimiser.step()
            schedule.step()
            step += 1
            if due:
                yield pace.report(step, epoch, float(loss.detach()), rates[-1])
        _check(seen, rates, step - steps, model)
        losses.append(float(seen.mean()))
        predicted = answer(model, examples.all(examples.watched), plan, device)
        report = pace.report(step, epoch, losses[-1], rates[-1]) | {examples.watched: predicted}
        if state is not None:
            arrays, values = take(model, optimiser, schedule, rng)
            report["state"] = State(epoch, step, tuple(losses), pace.seconds(), arrays, values)
        yield report
    test = answer(model, examples.all("test"), plan, device)
    return {"test": test, "losses": losses, "seconds": pace.seconds()}


def complete(model: Any, examples: Examples) -> None:
    """Give lazy layers their shapes by a forward: an optimiser needs them."""
    if any(isinstance(p, UninitializedParameter) for p in model.parameters()):
        model.eval()
        with torch.no_grad():
            model(*examples.batch(*FEW)[0])


def predict(model: Any, batches: Iterator[Inputs], plan: Plan, device: torch.device) -> Array:
    """The most likely class of each example, (N,) int64, in evaluation mode."""
    model.eval()
    with torch.no_grad(), precision(plan, device):
        classes: Array = torch.cat([model(*inputs).argmax(dim=1) for inputs in batches]).cpu().numpy()
    return classes


def optimiser_of(plan: Plan, model: Any) -> torch.optim.Optimizer:
    """What steps, as a plan asks for it; there must be something to train."""
    parameters = [p for p in model.parameters() if p.requires_grad]
    if not parameters:
        raise TrainingError(f"{type(model).__name__} has no parameters to train: {REGISTERED}")
    if kind := {"muon": Muon, "muon_adamw": MuonAdamW}.get(plan.optimiser):
        return kind(parameters, plan.lr, plan.weight_decay)
    how: dict[str, Any] = {"lr": plan.lr, "weight_decay": plan.weight_decay, "fused": can_be_fused(parameters)}
    if plan.optimiser == "sgd":
        return SGD(parameters, momentum=0.9, nesterov=True, **how)
    return AdamW(parameters, eps=plan.eps, **how)


def one_cycle(plan: Plan, optimiser: torch.optim.Optimizer, steps: int) -> torch.optim.lr_scheduler.OneCycleLR:
    """The learning rate of so many steps, as a plan asks for it."""
    return torch.optim.lr_scheduler.OneCycleLR(
        optimiser, plan.lr, total_steps=steps, pct_start=plan.warm_up, cycle_momentum=False
    )


def precision(plan: Plan, device: torch.device) -> AbstractContextManager[Any]:
    """bfloat16 where it is asked for and the device is made for it."""
    narrow = plan.half and made_for_bfloat16(device)
    return torch.autocast(device.type, torch.bfloat16) if narrow else nullcontext()


def _works_in_half(model: Any, examples: Examples, plan: Plan, device: torch.device) -> bool:
    """Whether a model bears bfloat16: one may hold a constant that is too large for it, and be right all the same."""
    narrow = precision(plan, device)
    if isinstance(narrow, nullcontext):
        return False
    inputs = next(iter(examples.all(examples.watched)))
    model.eval()
    try:
        with torch.no_grad(), narrow:
            model(*inputs)
    except RuntimeError:
        return False
    return True


def _check(losses: torch.Tensor, rates: list[float], before: int, model: Any) -> None:
    """Stop at the first of an epoch's losses that is no number; `before` steps were done when the epoch began."""
    finite = torch.isfinite(losses)
    if finite.all():
        return
    at = int(finite.logical_not().nonzero()[0])
    gradients = (p.grad.cpu().numpy() for p in model.parameters() if p.grad is not None)
    check_loss(float(losses[at]), before + at + 1, rates[at], gradients)
