"""What a forward hands to its layers and hardly ever should: shares of a softmax, ids as numbers, random places."""

from __future__ import annotations

from typing import Any

import torch
from torch.overrides import TorchFunctionMode

from dlf_reference.training.autopsy.forward.noticed import Inputs, flat, line_here, name_of
from dlf_reference.training.autopsy.measured import PLACES, Handed

LAYERS = frozenset({"linear", "conv1d", "conv2d", "lstm", "gru", "rnn_tanh", "rnn_relu", "addmm"})
CELLS = frozenset({"lstm_cell", "gru_cell", "rnn_tanh_cell", "rnn_relu_cell"})
SHAPED = {"flatten", "reshape", "view", "squeeze", "unsqueeze", "contiguous", "transpose", "permute", "clone"}
CHOSEN = {"__getitem__", "chunk", "split", "unbind", "select", "index_select", "flip", "_pack_padded_sequence"}
ON = frozenset(SHAPED | CHOSEN | {"dropout"})
POOLED = frozenset(f"{kind}_pool{axes}d" for kind in ("max", "avg", "adaptive_max", "adaptive_avg") for axes in (1, 2))
SCALED = frozenset({"mul", "__mul__", "__rmul__", "div", "__truediv__", "sub", "__sub__", "add", "__add__"})
CASTS = frozenset({"float", "double", "to", "type"})


class Handing(TorchFunctionMode):
    """Follows what a softmax gives, and tokens that are cast to numbers, to the layers that take them.

    An order or places that are drawn count wherever they go.

    Args:
        tokens: that forward is given; None for images.

    Attributes:
        found: what was handed on.
    """

    def __init__(self, tokens: torch.Tensor | None = None) -> None:
        super().__init__()
        self.tokens = tokens
        self.found: list[Handed] = []
        self.follows: dict[int, Handed] = {}
        self.alive: list[Any] = []  # so that no id is used twice

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        name = name_of(func, kwargs)
        if name in PLACES:
            self.found.append(Handed(name, line_here()))
        x = args[0] if args else None
        if not isinstance(x, torch.Tensor):
            return result
        if name in LAYERS or name in CELLS:
            if id(x) in self.follows:
                self.found.append(self.follows[id(x)])
        elif name == "softmax":
            self._follow(result, Handed("shares", line_here()))
        elif name in CASTS and self._is_tokens(x) and result.is_floating_point():
            self._follow(result, Handed("ids", line_here()))
        elif id(x) in self.follows and (name in ON or name in POOLED or self._is_scaled(name, args)):
            self._follow(result, self.follows[id(x)])
        return result

    def _follow(self, result: Any, what: Handed) -> None:
        parts = [part for part in flat(flat([result])) if isinstance(part, torch.Tensor)]
        self.alive += parts
        self.follows |= dict.fromkeys(map(id, parts), what)

    def _is_tokens(self, x: torch.Tensor) -> bool:
        tokens = self.tokens
        return tokens is not None and x.dtype == tokens.dtype and x.shape == tokens.shape and torch.equal(x, tokens)

    def _is_scaled(self, name: str, args: Any) -> bool:
        """Whether numbers that were ids are multiplied by a constant: what a softmax gives may be meant to be."""
        by_number = len(args) > 1 and isinstance(args[1], int | float)
        return name in SCALED and by_number and self.follows[id(args[0])].what == "ids"


def handed(model: Any, inputs: Inputs) -> tuple[Handed, ...]:
    """What a forward hands to its layers, each line once."""
    tokens = None if inputs[0].is_floating_point() else inputs[0]
    with torch.no_grad(), Handing(tokens) as mode:
        model(*inputs)
    return tuple(dict.fromkeys(mode.found))
