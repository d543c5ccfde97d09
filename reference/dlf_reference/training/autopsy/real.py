"""The gradient that backward gives, against the one that small differences give."""

from __future__ import annotations

import copy
from collections.abc import Callable

import torch
from torch.nn.functional import cross_entropy

from dlf_reference.training.autopsy.course import Batch, Course

MOST = 12  # parameters that are asked for
STEPS = 1e-4, 1e-5  # of a parameter's size
SAME, ASTRAY = 0.05, 0.3  # of a slope, and of what a random direction has


def real_gradients(given: Course, batch: Batch, seed: int) -> tuple[dict[str, float], tuple[str, ...]]:
    """Of some weights, the directional derivative that backward gives over the one by differences, in float64.

    Those are given too whose gradient differs from it along another way, and not by that factor.

    What does not work in float64 is left out, and so is a weight whose differences are lost in rounding.
    """
    try:
        network = copy.deepcopy(given.network).double().eval()
        for p, original in zip(network.parameters(), given.network.parameters(), strict=True):
            p._backward_hooks = original._backward_hooks  # which a copy has lost
        inputs = tuple(x.double() if x.is_floating_point() else x for x in batch[0])
        rows = len(network(*inputs))
        labels = batch[1][:rows]
        return _ratios(network, inputs, labels, seed)
    except Exception:  # noqa: BLE001 - the learner's own code, in a precision that nobody asked for
        return {}, ()


def _ratios(
    network: torch.nn.Module, inputs: tuple[torch.Tensor, ...], labels: torch.Tensor, seed: int
) -> tuple[dict[str, float], tuple[str, ...]]:
    def loss() -> torch.Tensor:
        return cross_entropy(network(*inputs), labels)

    network.zero_grad()
    value = loss()
    if value.dtype != torch.float64:
        return {}, ()
    if value.requires_grad:
        value.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
    rng, found, astray = torch.Generator().manual_seed(seed), dict[str, float](), list[str]()
    weights = [(name, p) for name, p in network.named_parameters() if p.requires_grad and p.numel() > 1]
    weights = [(name, p) for name, p in weights if p.ndim > 1] or weights
    chosen = weights if len(weights) <= MOST else [weights[at * len(weights) // MOST] for at in range(MOST)]
    tables = [module for module in network.modules() if isinstance(module, torch.nn.Embedding)]
    padded = {id(table.weight): table.padding_idx for table in tables if table.padding_idx is not None}
    with torch.no_grad():
        for name, p in chosen:
            grad = torch.zeros_like(p) if p.grad is None else p.grad
            way = grad / grad.norm() if grad.norm() > 0 else torch.randn(p.shape, generator=rng, dtype=p.dtype)
            other = torch.randn(p.shape, generator=rng, dtype=p.dtype)
            if id(p) in padded:  # PyTorch gives the row of padding no gradient
                way[padded[id(p)]] = other[padded[id(p)]] = 0.0
            way, other = way / way.norm(), other / other.norm()
            slopes, across = (
                [_slope(loss, p, w, share * max(float(p.norm()), 1e-3)) for share in STEPS] for w in (way, other)
            )
            if abs(slopes[0] - slopes[1]) < SAME * abs(slopes[1]):  # neither rounding nor a bend
                found[name] = float((grad * way).sum()) / slopes[1]
                off = abs(float((grad * other).sum()) - found[name] * across[1])
                typical = float(grad.norm()) * p.numel() ** -0.5  # of a random direction
                if (
                    abs(across[0] - across[1]) < SAME * abs(across[1])
                    and off > ASTRAY * max(abs(across[1]), typical) > 0
                ):
                    astray.append(name)
            elif not grad.any() and not any(slopes) and _slope(loss, p, way, 2 * float(p.norm())):
                found[name] = 0.0  # steps: flat here, but not far away
    return found, tuple(astray)


def _slope(loss: Callable[[], torch.Tensor], p: torch.Tensor, way: torch.Tensor, step: float) -> float:
    """By how much the loss changes along a way, per length."""
    sides = []
    for sign in (1, -2, 1):  # there, to the other side, and back
        p.add_(way, alpha=sign * step)
        sides.append(float(loss()))
    return (sides[0] - sides[1]) / (2 * step)
