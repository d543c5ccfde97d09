"""One batch, looked at from all sides."""

from __future__ import annotations

import copy
import math
import re
import warnings
from collections.abc import Collection
from contextlib import suppress
from dataclasses import asdict
from typing import Any

import torch
from torch import nn
from torch.nn.functional import cross_entropy

from dlf_reference.training.autopsy.batch.reached import unreached, without_gradient
from dlf_reference.training.autopsy.batch.reacting import reactions
from dlf_reference.training.autopsy.batch.statistics import astray, buffers_put_back, statistics_renewed
from dlf_reference.training.autopsy.batch.weights import dropped, listed
from dlf_reference.training.autopsy.course import Batch, Course, course, loss_of, stepped
from dlf_reference.training.autopsy.forward.derivatives import derivatives
from dlf_reference.training.autopsy.forward.first_layer import first_layer, watch
from dlf_reference.training.autopsy.forward.handed import handed
from dlf_reference.training.autopsy.forward.noticed import Inputs, noticed
from dlf_reference.training.autopsy.forward.unusual import norms_used_again, overwritten
from dlf_reference.training.autopsy.measured import FLAT, Looks
from dlf_reference.training.autopsy.modes import Modes
from dlf_reference.training.autopsy.starts import times_the_standard
from dlf_reference.training.common import Data
from dlf_reference.training.probes import unregistered
from dlf_reference.training.watching import removed_after

STEPS = 5  # of the recipe, before it is looked at: what starts at zero takes part by then
BATCHES = 8  # of training examples that a trained model predicts
ENLARGED = 30.0  # times the weights: what is not bounded grows with them
FEW = 8  # examples of what is slow
ROUNDED = 4  # times the rounding of a number, that a logit may be off by


def look(model: Any, recipe: str, data: Data, settings: dict[str, Any], seed: int) -> dict[str, Any]:
    """Look at a new model; it is trained a few steps meanwhile.

    Returns:
        a `Looks`, as a dictionary.
    """
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    given = course(model, recipe, data, settings)
    batch = given.draw(seed, 1)[0]
    unused = _copy_of(given.network)
    starts = times_the_standard(unused) if unused is not None else {}
    first_loss = _first_loss(given, batch)
    gradients = _few_steps(given, seed)
    stuck = without_gradient(given.network, gradients)
    changed = overwritten(given.network.train(), batch[0])
    held_back = _held_back(given, unused, batch)
    known = {id(p) for p in given.network.parameters()}
    given.network.train()
    with _Made() as made:
        y, steps = noticed(lambda: given.network(*batch[0]))
    y = y.detach().float()
    few = tuple(x[:FEW] for x in batch[0])
    scores, logits = _enlarged(given, few)
    real = derivatives(given.network, few, lambda logits: cross_entropy(logits, batch[1][: len(logits)]), seed)
    cut = any(step.cuts or step.function in FLAT for step in steps)
    whole, partly = unreached(given, batch, stuck) if cut else ((), ())
    found = Looks(
        first_loss=first_loss,
        chance=math.log(y.shape[1]),
        lowest=float(y.min()),
        highest=float(y.max()),
        row_sum=float((y.sum(dim=1) - 1).abs().max()),
        row_spread=float((y.amax(dim=1) - y.amin(dim=1)).max() / y.abs().max().clamp(min=1e-30)),
        second=_second(y),
        twice=_asked_twice(given.network.eval(), batch)[0],
        shaken=_asked_twice(given.network.train(), batch)[1],
        hidden=tuple(unregistered(model)),
        made=any(id(p) not in known for module in (*made.modules, given.network) for p in module.parameters()),
        overwritten=changed,
        dropped=() if cut else dropped(given.network, batch),
        unreached=whole,
        partly=partly,
        parameters=tuple(listed(given.network, gradients, starts)),
        steps=steps,
        reactions=tuple(reactions(given, seed)),
        undefined=_undefined(given, batch),
        real=real.ratios,
        astray=real.astray,
        flat=real.flat,
        enlarged=scores,
        enlarged_logits=logits,
        held_back=held_back,
        scale=_scale_of_input(given, batch),
        handed=handed(given.network.train(), few),
    )
    return asdict(found)


def reacted(
    model: Any, recipe: str, data: Data, settings: dict[str, Any], seed: int, at_once: Collection[str] = ()
) -> list[dict[str, Any]]:
    """What the logits of a new model react to, after a few steps: the `Reaction`s of a look, as dictionaries.

    Args:
        at_once: the parts of the input that are asked about, of the model as it starts; if none, all as in a look.
    """
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    given = course(model, recipe, data, settings)
    if not at_once:
        _few_steps(given, seed)
    return [asdict(reaction) for reaction in reactions(given, seed, at_once)]


def _second(y: torch.Tensor) -> float:
    """The second singular value over the first, of logits about their mean; 1 where there are too few to tell."""
    if min(y.shape) < 3 or not bool(y.isfinite().all()):
        return 1.0
    values = torch.linalg.svdvals((y - y.mean(dim=0)).double())
    rounding = ROUNDED * torch.finfo(torch.float32).eps * float(y.double().norm())
    return max(float(values[1]) - rounding, 0.0) / float(values[0]) if values[0] > 2 * rounding else 1.0


def _few_steps(given: Course, seed: int) -> dict[str, float]:
    """Train a little; the largest norm of each parameter's gradient."""
    largest = {name: 0.0 for name, _ in given.network.named_parameters()}
    with suppress(RuntimeError):  # there may be no gradient at all
        for loss in stepped(given, seed, STEPS):
            if not math.isfinite(loss):
                break
            for name, p in given.network.named_parameters():
                norm = 0.0 if p.grad is None else float(p.grad.norm())
                largest[name] = norm if math.isnan(norm) else max(largest[name], norm)
            if not all(map(math.isfinite, largest.values())):
                break
    return largest


def _undefined(given: Course, batch: Batch) -> str:
    """The function whose derivative is nan, though the loss is a number; "" where there is none."""
    given.network.train()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with torch.autograd.detect_anomaly(check_nan=True):
                loss = loss_of(given.network, batch)
                if loss.requires_grad and torch.isfinite(loss):
                    loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
    except RuntimeError as error:
        found = re.search(r"Function '(\w+?)Backward\d*' returned nan", str(error))
        return found[1].lower() if found else ""
    return ""


class _Made:
    """Keeps the modules that are made meanwhile."""

    def __enter__(self) -> _Made:
        self.modules: list[nn.Module] = []
        original = self._original = nn.Module.__init__

        def noticing(module: nn.Module, *args: Any, **kwargs: Any) -> None:
            self.modules.append(module)
            original(module, *args, **kwargs)

        nn.Module.__init__ = noticing  # type: ignore[method-assign,assignment]
        return self

    def __exit__(self, *error: object) -> None:
        nn.Module.__init__ = self._original  # type: ignore[method-assign]


def shapes(model: Any, recipe: str, data: Data, settings: dict[str, Any], seed: int) -> list[str]:
    """What a forward gives in training mode, and in evaluation mode: a shape, or a type."""
    given = course(model, recipe, data, settings)
    inputs = given.draw(seed, 1)[0][0]
    with torch.no_grad():
        made = [model.train(training)(*inputs) for training in (True, False)]
    return [str(tuple(y.shape)) if isinstance(y, torch.Tensor) else type(y).__name__ for y in made]


def modes(model: Any, recipe: str, data: Data, settings: dict[str, Any], seed: int) -> dict[str, Any]:
    """A trained model on some training examples, in both modes.

    Returns:
        a `Modes`, as a dictionary.
    """
    given = course(model, recipe, data, settings)
    batches = given.draw(seed, BATCHES)
    shared = norms_used_again(given.network, batches[0][0])
    training, evaluation = (_right(given.network.train(mode), batches) for mode in (True, False))
    differing = []
    for kind in {type(module) for module in given.network.modules()} if training > evaluation else ():
        given.network.eval()
        for module in given.network.modules():
            module.training = type(module) is kind
        if _right(given.network, batches) > training - (training - evaluation) / 4:
            differing.append(kind.__name__)
    far = astray(given.network, batches[0][0]) if training > evaluation else ({}, {})
    momenta, renewed = {}, math.nan
    if training > evaluation:
        with statistics_renewed(given.network, [inputs for inputs, _ in batches]) as momenta:
            renewed = _right(given.network.eval(), batches) if momenta else math.nan
    return asdict(Modes(training, evaluation, shared, tuple(sorted(differing)), *far, momenta, renewed))


def _right(network: nn.Module, batches: list[Batch]) -> float:
    """Share of examples that a network predicts right, in the mode that it is in; what it keeps stays as it was."""
    with torch.no_grad(), buffers_put_back(network):
        found = [(network(*inputs).argmax(dim=1) == labels).float() for inputs, labels in batches]
    return float(torch.cat(found).mean())


def _scale_of_input(given: Course, batch: Batch) -> float:
    """The standard deviation of what the first layer with weights is given; nan where that is no image."""
    first, found = first_layer(given.network), [math.nan]
    if first is not None and not given.tokens:
        hooks = watch(given.network, first, lambda x: found.append(float(x.float().std())))
        with removed_after(hooks), torch.no_grad():
            given.network.eval()(*batch[0])
    return found[-1]


def _first_loss(given: Course, batch: Batch) -> float:
    given.network.train()
    with torch.no_grad():
        return float(loss_of(given.network, batch))


def _copy_of(network: nn.Module) -> nn.Module | None:
    """A copy, where what the learner keeps in the network can be copied."""
    with suppress(Exception):
        return copy.deepcopy(network)
    return None


def _enlarged(given: Course, inputs: Inputs) -> tuple[float, float]:
    """Where all weights are `ENLARGED` times as large: how far attention's scores are apart, and the largest logit.

    nan where there is none.
    """
    network = _copy_of(given.network)
    if network is None:
        return math.nan, math.nan
    with torch.no_grad():
        for p in network.parameters():
            p.mul_(ENLARGED)
        y, steps = noticed(lambda: network.eval()(*inputs))
    found = [step.scores for step in steps if not math.isnan(step.scores)]
    return max(found, default=math.nan), float(y.abs().max())


def _held_back(given: Course, unused: nn.Module | None, batch: Batch) -> float:
    """How far the logits are from those of a copy that has the same weights and has seen no batch, relative.

    0 where that cannot be told: there is no copy, or it takes no weights.
    """
    if unused is None:
        return 0.0
    try:
        unused.load_state_dict(given.network.state_dict())
        with torch.no_grad():
            y, fresh = (network.eval()(*batch[0]).float() for network in (given.network, unused))
    except Exception:  # noqa: BLE001 - the learner's own code, in a copy that nobody asked for
        return 0.0
    return float((y - fresh).norm() / y.norm().clamp(min=1e-30))


def _asked_twice(network: nn.Module, batch: Batch) -> tuple[float, float]:
    """How far the logits of one batch, asked twice, are apart: relative to their size, and to their spread.

    It is asked in the mode that the network is in.
    """
    with torch.no_grad():
        first, second = (network(*batch[0]).float() for _ in range(2))
    change, spread = (first - second).norm(), (first - first.mean(dim=0)).norm()
    return float(change / first.norm().clamp(min=1e-30)), float(change / spread.clamp(min=1e-30))
