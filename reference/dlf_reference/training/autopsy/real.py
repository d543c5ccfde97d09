"""The gradient that backward gives, against the one that small differences give."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch.nn.functional import cross_entropy

from dlf_reference.training.autopsy.course import Batch, Course

MOST = 12  # parameters that are asked for
STEPS = 1e-4, 1e-5  # of a parameter's size
SAME, ASTRAY = 0.05, 0.3  # of a slope


@dataclass(frozen=True)
class Real:
    """What small differences say of some weights' gradients.

    Attributes:
        ratios: the directional derivative that backward gives over the one by differences.
        astray: weights whose gradient is off by another factor along a random way.
        flat: weights without a gradient, along which the loss changes far away and not nearby.
    """

    ratios: dict[str, float]
    astray: tuple[str, ...]
    flat: tuple[str, ...]


NOTHING = Real({}, (), ())


def real_gradients(given: Course, batch: Batch, seed: int) -> Real:
    """The gradients of some weights against small differences, in float64.

    What does not work in float64 is left out, and so is a weight whose differences are lost in rounding.
    """
    try:
        network = copy.deepcopy(given.network).double().eval()
        for p, original in zip(network.parameters(), given.network.parameters(), strict=True):
            p._backward_hooks = original._backward_hooks  # which a copy has lost
        inputs = tuple(x.double() if x.is_floating_point() else x for x in batch[0])
        rows = len(network(*inputs))
        labels = batch[1][:rows]
        return _compared(network, inputs, labels, seed)
    except Exception:  # noqa: BLE001 - the learner's own code, in a precision that nobody asked for
        return NOTHING


def _compared(network: torch.nn.Module, inputs: tuple[torch.Tensor, ...], labels: torch.Tensor, seed: int) -> Real:
    def loss() -> torch.Tensor:
        return cross_entropy(network(*inputs), labels)

    network.zero_grad()
    value = loss()
    if value.dtype != torch.float64:
        return NOTHING
    if value.requires_grad:
        value.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
    rng, found, astray, flat = torch.Generator().manual_seed(seed), dict[str, float](), list[str](), list[str]()
    weights = [(name, p) for name, p in network.named_parameters() if p.requires_grad and p.numel() > 1]
    weights = [(name, p) for name, p in weights if p.ndim > 1] or weights
    chosen = weights if len(weights) <= MOST else [weights[at * len(weights) // MOST] for at in range(MOST)]
    tables = [module for module in network.modules() if isinstance(module, torch.nn.Embedding)]
    padded = {id(table.weight): table.padding_idx for table in tables if table.padding_idx is not None}
    with torch.no_grad():
        for name, p in chosen:
            grad = torch.zeros_like(p) if p.grad is None else p.grad
            along = grad.clone() if grad.any() else torch.randn(p.shape, generator=rng, dtype=p.dtype)
            across = torch.randn(p.shape, generator=rng, dtype=p.dtype)
            if id(p) in padded:  # PyTorch gives the row of padding no gradient
                along[padded[id(p)]] = across[padded[id(p)]] = 0.0
            along, across = along / along.norm(), across / across.norm()
            slope = _steady_slope(loss, p, along)
            if slope and not math.isnan(slope):
                found[name] = float((grad * along).sum()) / slope
                if grad.any() and _leads_elsewhere(grad, across, found[name], _steady_slope(loss, p, across)):
                    astray.append(name)
            elif slope == 0 and not grad.any() and _slope(loss, p, along, 2 * float(p.norm())):
                flat.append(name)
    return Real(found, tuple(astray), tuple(flat))


def _leads_elsewhere(grad: torch.Tensor, way: torch.Tensor, ratio: float, slope: float) -> bool:
    """Whether a gradient that is `ratio` times too large differs from a slope along a random way by more than that.

    Args:
        slope: along the way; nan where it is not known.
    """
    typical = float(grad.norm()) * grad.numel() ** -0.5  # of a random way
    return bool(abs(float((grad * way).sum()) - ratio * slope) > ASTRAY * max(abs(slope), typical))


def _steady_slope(loss: Callable[[], torch.Tensor], p: torch.Tensor, way: torch.Tensor) -> float:
    """By how much the loss changes along a way, per length; nan where rounding or a bend hides it."""
    coarse, fine = (_slope(loss, p, way, share * max(float(p.norm()), 1e-3)) for share in STEPS)
    return fine if abs(coarse - fine) < SAME * abs(fine) or coarse == fine == 0 else math.nan


def _slope(loss: Callable[[], torch.Tensor], p: torch.Tensor, way: torch.Tensor, step: float) -> float:
    """By how much the loss changes along a way, per length."""
    sides = []
    for sign in (1, -2, 1):  # there, to the other side, and back
        p.add_(way, alpha=sign * step)
        sides.append(float(loss()))
    return (sides[0] - sides[1]) / (2 * step)
