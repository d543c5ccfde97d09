"""Oracles of m5: a program of operations on tensors, replayed with PyTorch's own autograd.

A program is a list of steps (result, operation, arguments, keyword arguments). An argument "$a" is the tensor of that
name; {"slice": [start, stop, step]} is a slice, {"index": [...]} an index of several parts; everything else is itself.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F

from dlf_reference.oracles.common import backward

Step = tuple[str, str, list[Any], dict[str, Any]]


def program(init: Any, attributes: Mapping[str, np.ndarray], inputs: Any, upstream: Any) -> dict[str, np.ndarray]:
    """The last step's result, "y", and "dL_d<leaf>" of each leaf.

    Args:
        init: "steps", a program; "constants", names of leaves that require no gradient.
        attributes: the leaves by name.
        upstream: dL_dy; None where y is the loss.
    """
    names: dict[str, Any] = {}
    for name, value in attributes.items():
        names[name] = torch.from_numpy(np.array(value)).requires_grad_(name not in init.get("constants", ()))
    y = torch.empty(0)
    for result, operation, arguments, keywords in init["steps"]:
        y = names[result] = OPERATIONS[operation](*(_value(a, names) for a in arguments), **keywords)
    backward((y, upstream))
    leaves = {name: names[name].grad for name in attributes if name not in init.get("constants", ())}
    return {"y": y.detach().numpy()} | {
        f"dL_d{name}": grad.numpy() for name, grad in leaves.items() if grad is not None
    }


def mlp(init: Any, attributes: Mapping[str, np.ndarray], inputs: Any, upstream: np.ndarray) -> dict[str, np.ndarray]:
    """Linear layers "W0", "b0", "W1", … with a ReLU between each two; "y", "dL_dW0", … and "dL_dx"."""
    (x,) = inputs
    leaves = {name: torch.from_numpy(value).requires_grad_() for name, value in attributes.items()}
    leaves["x"] = torch.from_numpy(x).requires_grad_()
    y, count = leaves["x"], len(attributes) // 2
    for layer in range(count):
        y = F.linear(y, leaves[f"W{layer}"], leaves[f"b{layer}"])
        y = F.relu(y) if layer < count - 1 else y
    backward((y, upstream))
    gradients = {f"dL_d{name}": leaf.grad.numpy() for name, leaf in leaves.items() if leaf.grad is not None}
    return {"y": y.detach().numpy()} | gradients


def _value(argument: Any, names: Mapping[str, Any]) -> Any:
    if isinstance(argument, str) and argument.startswith("$"):
        return names[argument[1:]]
    if isinstance(argument, dict):
        if "slice" in argument:
            return slice(*argument["slice"])
        return tuple(_value(part, names) for part in argument["index"])
    return torch.from_numpy(argument) if isinstance(argument, np.ndarray) else argument


def _reduce(function: Callable[..., Any]) -> Callable[..., Any]:
    def reduce(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
        return function(x, dim=tuple(range(x.ndim)) if axis is None else axis, keepdim=keepdims)

    return reduce


def _transpose(x: Any, *axes: int) -> Any:
    return x.permute(axes or tuple(range(x.ndim - 1, -1, -1)))


OPERATIONS: dict[str, Callable[..., Any]] = {
    **{name: getattr(operator, name) for name in ("add", "sub", "mul", "truediv", "pow", "matmul", "neg", "getitem")},
    **{name: getattr(torch, name) for name in ("exp", "log", "tanh", "sigmoid", "relu")},
    "sum": _reduce(torch.sum),
    "mean": _reduce(torch.mean),
    "max": _reduce(torch.amax),
    "reshape": lambda x, *shape: x.reshape(*shape),
    "transpose": _transpose,
    "log_softmax": lambda x, axis=-1: F.log_softmax(x, dim=axis),
    "cross_entropy": F.cross_entropy,
    "detach": lambda x: x.detach(),
}
