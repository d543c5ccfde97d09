"""What a forward keeps for backward, and something writes over; and what it keeps for the next one, with its graph."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.autograd.graph import saved_tensors_hooks
from torch.overrides import TorchFunctionMode

from dlf_reference.training.autopsy.forward.attributes import attributes_of
from dlf_reference.training.autopsy.forward.noticed import Inputs, flat, line_here, name_of
from dlf_reference.training.autopsy.measured import Kept


class Saving(TorchFunctionMode):
    """Notices the first function that writes into what another one has kept for backward.

    Attributes:
        found: where that is, and which function has kept it.
    """

    def __init__(self) -> None:
        super().__init__()
        self.kept: list[tuple[torch.Tensor, int, str]] = []  # what, its version, by which function
        self.now, self.found = "", Kept()

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        outer, self.now = self.now, name_of(func, kwargs)
        result = func(*args, **(kwargs or {}))
        if not self.found.line:
            by = next((by for x, version, by in self.kept if x._version != version), "")
            self.found = Kept(line_here(), by) if by else self.found
        self.now = outer
        return result

    def keep(self, x: torch.Tensor) -> torch.Tensor:
        """Note what autograd keeps; a hook of PyTorch's."""
        self.kept.append((x, x._version, self.now))
        return x


class Using(TorchFunctionMode):
    """Notices what functions are given, and in which line what they give is made."""

    def __init__(self) -> None:
        super().__init__()
        self.given: dict[int, Any] = {}  # by id, so that no id is used twice
        self.made: dict[int, tuple[Any, str]] = {}

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        self.given |= {id(part): part for part in flat(flat([*args, *(kwargs or {}).values()]))}
        self.made |= {id(part): (part, line_here()) for part in flat(flat([result]))}
        return result


def overwritten(model: Any, *arrays: np.ndarray) -> dict[str, str]:
    """Where a forward writes into what it has kept for backward, in either mode.

    Args:
        arrays: what forward takes.

    Returns:
        a `Kept`, as a dictionary.
    """
    inputs = tuple(map(torch.from_numpy, arrays))
    return asdict(next(filter(_is_known, (written_over(model.train(mode), inputs) for mode in (False, True))), Kept()))


def written_over(network: nn.Module, inputs: Inputs) -> Kept:
    """Where a forward writes into what it has kept for backward."""
    mode = Saving()
    with suppress(RuntimeError), mode, saved_tensors_hooks(mode.keep, lambda x: x):
        network(*inputs)
    return mode.found


def graph_kept(network: nn.Module, inputs: Inputs) -> Kept:
    """An attribute that one forward in training mode leaves with its graph, and the next forward takes."""
    first, second = Using(), Using()
    with suppress(RuntimeError):
        with first:
            network.train()(*inputs)
        kept = {name: x for name, x in _with_graph(network) if id(x) in first.made}
        with second:
            network(*inputs)
        for name, x in kept.items():
            if id(x) in second.given:
                return Kept(first.made[id(x)][1], name=name)
    return Kept()


def _with_graph(network: nn.Module) -> Iterator[tuple[str, torch.Tensor]]:
    """Buffers and attributes that follow from weights, with their names."""
    for owner, module in network.named_modules():
        named = attributes_of(owner, module) | {
            f"self.{owner}.{name}": x for name, x in module.named_buffers("", False)
        }
        for name, value in named.items():
            for part in flat(flat([value])):
                if isinstance(part, torch.Tensor) and part.grad_fn is not None:
                    yield name.replace("..", "."), part


def _is_known(found: Kept) -> bool:
    return bool(found.line)
