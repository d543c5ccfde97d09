"""The gradient that backward gives, against the one that small differences give."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import nn

from dlf_reference.training.autopsy.forward.noticed import Inputs

MOST = 12  # weights that are asked for
STEPS = 1e-4, 1e-5  # of a weight's size
SAME, ASTRAY = 0.05, 0.3  # of a slope
WAYS, ROUGHLY = 2, 0.02  # random ways along which all weights move at once, and what rounding and bends may do there
FURTHER = 100  # times that a weight moves further on them, if the value hardly changes with it

Value = Callable[[torch.Tensor], torch.Tensor]  # one number of what a network gives


@dataclass(frozen=True)
class Derivatives:
    """What small differences say of some weights' gradients.

    Attributes:
        ratios: the directional derivative that backward gives over the one by differences.
        astray: weights whose gradient is off by another factor along a random way.
        flat: weights without a gradient, along which the value changes far away and not nearby.
    """

    ratios: dict[str, float]
    astray: tuple[str, ...]
    flat: tuple[str, ...]


UNKNOWN = Derivatives({}, (), ())


class Differences:
    """A copy of a network in float64 and in evaluation mode, one number that it gives, and its gradients.

    Args:
        value: that number, of what the network gives.
        of_input: whether numbers that it is given count among the weights, as "x".

    Raises:
        Exception: what the learner's code raises in a precision that it was not asked for.
        TypeError: it computes with another.
    """

    def __init__(self, network: nn.Module, inputs: Inputs, value: Value, *, of_input: bool = False) -> None:
        self.network = copy.deepcopy(network).double().eval()
        for p, original in zip(self.network.parameters(), network.parameters(), strict=True):
            p._backward_hooks = original._backward_hooks  # which a copy has lost
        self.inputs = tuple(x.double() if x.is_floating_point() else x for x in inputs)
        self.of = value
        named = self.network.named_parameters()
        self.leaves: dict[str, torch.Tensor] = {name: p for name, p in named if p.requires_grad}
        if of_input and self.inputs[0].is_floating_point():
            self.leaves["x"] = self.inputs[0].requires_grad_()
        tables = [module for module in self.network.modules() if isinstance(module, nn.Embedding)]
        self.padded = {id(table.weight): table.padding_idx for table in tables if table.padding_idx is not None}
        if any(table.max_norm for table in tables):
            raise TypeError("a forward changes a table of vectors")
        self.differentiate()

    def differentiate(self) -> None:
        """Let backward give the gradients."""
        for leaf in self.leaves.values():
            leaf.grad = None
        value = self.value()
        if value.dtype != torch.float64:
            raise TypeError(f"a forward gives {value.dtype}")
        if value.requires_grad:
            value.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped

    def value(self) -> torch.Tensor:
        """The number, as the weights are."""
        return self.of(self.network(*self.inputs))

    def gradient(self, leaf: torch.Tensor) -> torch.Tensor:
        """What backward gave."""
        return torch.zeros_like(leaf) if leaf.grad is None else leaf.grad

    def way(self, leaf: torch.Tensor, rng: torch.Generator) -> torch.Tensor:
        """A random one; PyTorch gives the row of padding no gradient."""
        found = torch.randn(leaf.shape, generator=rng, dtype=leaf.dtype)
        if id(leaf) in self.padded:
            found[self.padded[id(leaf)]] = 0.0
        return found

    @torch.no_grad()
    def agree_at_once(self, seed: int) -> bool:
        """Whether differences along random ways, of all weights at once, are what backward gave, roughly."""
        rng, leaves = torch.Generator().manual_seed(seed), [*self.leaves.values()]
        for _ in range(WAYS):
            ways = [max(float(leaf.norm()), 1e-3) * _unit(self.way(leaf, rng)) for leaf in leaves]
            shares = [float((self.gradient(leaf) * way).norm()) for leaf, way in zip(leaves, ways, strict=True)]
            most = max(shares)
            ways = [min(FURTHER, most / share) * way if share else way for way, share in zip(ways, shares, strict=True)]
            parts = [self.gradient(leaf) * way for leaf, way in zip(leaves, ways, strict=True)]
            slope, typical = sum(float(part.sum()) for part in parts), math.hypot(*(float(p.norm()) for p in parts))
            real = self._slope(list(zip(leaves, ways, strict=True)), STEPS[1])
            if not abs(slope - real) <= ROUGHLY * max(abs(real), typical):
                return False
        return True

    @torch.no_grad()
    def each(self, seed: int) -> Derivatives:
        """Some weights, each by itself; one whose differences are lost in rounding is left out."""
        rng, found, astray, flat = torch.Generator().manual_seed(seed), dict[str, float](), list[str](), list[str]()
        leaves = [(name, p) for name, p in self.leaves.items() if p.numel() > 1]
        leaves = [(name, p) for name, p in leaves if p.ndim > 1] or leaves
        for name, leaf in leaves if len(leaves) <= MOST else [leaves[at * len(leaves) // MOST] for at in range(MOST)]:
            grad = self.gradient(leaf)
            along = _unit(grad) if grad.any() else _unit(self.way(leaf, rng))
            across = _unit(self.way(leaf, rng))
            slope = self._steady_slope(leaf, along)
            if slope and not math.isnan(slope):
                found[name] = float((grad * along).sum()) / slope
                if grad.any() and _leads_elsewhere(grad, across, found[name], self._steady_slope(leaf, across)):
                    astray.append(name)
            elif slope == 0 and not grad.any() and self._slope([(leaf, along)], 2 * float(leaf.norm())):
                flat.append(name)
        return Derivatives(found, tuple(astray), tuple(flat))

    def _steady_slope(self, leaf: torch.Tensor, way: torch.Tensor) -> float:
        """By how much the value changes along a way, per length; nan where rounding or a bend hides it."""
        coarse, fine = (self._slope([(leaf, way)], share * max(float(leaf.norm()), 1e-3)) for share in STEPS)
        return fine if abs(coarse - fine) < SAME * abs(fine) or coarse == fine == 0 else math.nan

    def _slope(self, ways: Sequence[tuple[torch.Tensor, torch.Tensor]], step: float) -> float:
        """By how much the value changes if weights move along their ways, per length."""

        def move(far: float) -> None:
            for leaf, way in ways:
                leaf.add_(way, alpha=far)

        move(step)
        above = float(self.value())
        move(-2 * step)
        below = float(self.value())
        move(step)
        return (above - below) / (2 * step)


def derivatives(network: nn.Module, inputs: Inputs, value: Value, seed: int) -> Derivatives:
    """The gradients of some weights against small differences, in float64.

    Args:
        value: one number of what the network gives.

    Returns:
        what is known of them; nothing where the network does not work in float64.
    """
    try:
        return Differences(network, inputs, value).each(seed)
    except Exception:  # noqa: BLE001 - the learner's own code, in a precision that nobody asked for
        return UNKNOWN


def _unit(way: torch.Tensor) -> torch.Tensor:
    return torch.div(way, way.norm())


def _leads_elsewhere(grad: torch.Tensor, way: torch.Tensor, ratio: float, slope: float) -> bool:
    """Whether a gradient that is `ratio` times too large differs from a slope along a random way by more than that.

    Args:
        slope: along the way; nan where it is not known.
    """
    typical = float(grad.norm()) * grad.numel() ** -0.5  # of a random way
    return bool(abs(float((grad * way).sum()) - ratio * slope) > ASTRAY * max(abs(slope), typical))
