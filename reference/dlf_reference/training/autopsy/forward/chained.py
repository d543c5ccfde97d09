"""What one forward shows besides its result: linear layers with nothing between them, and what it drops."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from torch.overrides import TorchFunctionMode

from dlf_reference.training.autopsy.forward.noticed import dropped, flat, line_here, name_of

# what reads no number of a tensor
ABOUT = frozenset({"shape", "size", "ndim", "dim", "device", "dtype", "numel", "requires_grad", "__len__", "stride"})


@dataclass
class Product:
    """What `linear` gave.

    Attributes:
        y: the result; kept, so that no other tensor gets its id.
        version: of its numbers, which grows when they are written over.
        weight: of the layer.
        given: the product of another layer that this one was given.
        readers: how many functions were given the result.
    """

    y: torch.Tensor
    version: int
    weight: Any
    given: Product | None
    readers: int = 0


class Chained(TorchFunctionMode):
    """Follows what linear layers give through a forward.

    Attributes:
        products: of all linear layers, in order.
        uses: how many functions were given a tensor, by its id.
        drops: of each line of the learner's that drops numbers, the share.
    """

    def __init__(self) -> None:
        super().__init__()
        self.products: list[Product] = []
        self.uses = Counter[int]()
        self.drops: dict[str, float] = {}
        self.made: dict[int, Product] = {}
        self.same: list[Any] = []

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        result = func(*args, **kwargs)
        name = name_of(func, kwargs)
        if name in ABOUT:
            return result
        given = [part for part in flat([*args, *kwargs.values()]) if isinstance(part, torch.Tensor)]
        x = self.made.get(id(given[0])) if given else None
        if "dropout" in name:
            share = dropped(args, kwargs)
            if share and (line := line_here()):
                self.drops[line] = share
            if name == "dropout" and x and isinstance(result, torch.Tensor):
                self.made[id(result)] = x
                self.same.append(result)
                return result
        for part in given:
            self.uses[id(part)] += 1
            if id(part) in self.made:
                self.made[id(part)].readers += 1
        if name == "linear" and isinstance(result, torch.Tensor) and len(given) > 1:
            whole = x if x and x.y._version == x.version else None
            self.products.append(Product(result, result._version, given[1], whole))
            self.made[id(result)] = self.products[-1]
        return result

    def pairs(self, model: nn.Module) -> tuple[tuple[str, str], ...]:
        """Linear layers of which one alone is given just what the other gives, and that are as good as one layer.

        They are not where the width between them limits the rank of their product, nor where one of the weights is
        used elsewhere, or not trained.
        """
        names = {id(p): name.removesuffix(".weight") for name, p in model.named_parameters() if p.requires_grad}
        found = []
        for second in self.products:
            first = second.given
            if first is None or first.readers != 1:
                continue
            one, other = first.weight, second.weight
            known = all(id(weight) in names and self.uses[id(weight)] == 1 for weight in (one, other))
            if known and one.shape[0] >= min(one.shape[1], other.shape[0]):
                found.append((names[id(one)], names[id(other)]))
        return tuple(found)
