"""Oracles of m2: embedding, RNN, LSTM, GRU, clipping by norm."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F

from dlf_reference.oracles.common import answer, backward, first

NAMES = {"W_ih": "weight_ih_l0", "W_hh": "weight_hh_l0", "b_ih": "bias_ih_l0", "b_hh": "bias_hh_l0"}


def embedding(init: Any, attributes: Any, inputs: Any, upstream: np.ndarray) -> dict[str, np.ndarray]:
    """torch.nn.functional.embedding."""
    ids = torch.from_numpy(first(inputs))
    return answer(lambda w: F.embedding(ids, w), {"W": attributes["W"]}, upstream)


def rnn(init: Any, attributes: Any, inputs: Any, upstream: Any, more: Sequence[Any] = ()) -> dict[str, np.ndarray]:
    """torch.nn.RNN, one layer."""
    return _recurrent(torch.nn.RNN, ("h",), init, attributes, inputs, upstream, more)


def lstm(init: Any, attributes: Any, inputs: Any, upstream: Any, more: Sequence[Any] = ()) -> dict[str, np.ndarray]:
    """torch.nn.LSTM, one layer."""
    return _recurrent(torch.nn.LSTM, ("h", "c"), init, attributes, inputs, upstream, more)


def gru(init: Any, attributes: Any, inputs: Any, upstream: Any, more: Sequence[Any] = ()) -> dict[str, np.ndarray]:
    """torch.nn.GRU, one layer."""
    return _recurrent(torch.nn.GRU, ("h",), init, attributes, inputs, upstream, more)


def clip_by_norm(init: Any, attributes: Any, inputs: Any, upstream: None) -> dict[str, Any]:
    """torch.nn.utils.get_total_norm, and the factor without the constant that clip_grad_norm_ adds to the norm."""
    grads = [torch.from_numpy(array) for array in inputs]
    norm = torch.nn.utils.get_total_norm(grads)
    factor = torch.clamp(init["max_norm"] / norm, max=1.0) if norm > 0 else torch.ones(())
    return {"norm": float(norm), **{f"grads[{at}]": (g * factor).numpy() for at, g in enumerate(grads)}}


def _recurrent(
    module: Any,
    states: Sequence[str],
    init: Any,
    attributes: Any,
    inputs: Sequence[np.ndarray],
    upstream: np.ndarray,
    more: Sequence[np.ndarray],
) -> dict[str, np.ndarray]:
    """Outputs, final states, and the gradient of everything under the upstream gradients.

    Args:
        states: "h", and "c" where there is a cell.
        inputs: x and, where they are given, the initial states.
        more: upstream gradients of the final states, where they are given.
    """
    layer = module(init["input_size"], init["hidden_size"], batch_first=True, dtype=torch.float64)
    for name, theirs in NAMES.items():
        getattr(layer, theirs).data.copy_(torch.from_numpy(attributes[name]))
    x = torch.from_numpy(inputs[0]).requires_grad_()
    shape = (1, len(x), init["hidden_size"])
    given = [torch.from_numpy(state).reshape(shape) for state in inputs[1:]]
    initial = [state.requires_grad_() for state in given or [torch.zeros(shape, dtype=torch.float64) for _ in states]]
    outputs, final = layer(x, tuple(initial) if len(states) > 1 else initial[0])
    ends = list(final) if len(states) > 1 else [final]
    backward((outputs, upstream), *((end, gradient.reshape(shape)) for end, gradient in zip(ends, more, strict=False)))
    result = {"outputs": outputs, "dL_dx": x.grad}
    for name, end, start in zip(states, ends, initial, strict=True):
        result |= {f"{name}_T": end[0], f"dL_d{name}0": _gradient(start)[0]}
    result |= {f"dL_d{name}": getattr(layer, theirs).grad for name, theirs in NAMES.items()}
    return {name: tensor.detach().numpy() for name, tensor in result.items()}


def _gradient(tensor: torch.Tensor) -> torch.Tensor:
    """A leaf's gradient; zeros where nothing depends on it."""
    return torch.zeros_like(tensor) if tensor.grad is None else tensor.grad
