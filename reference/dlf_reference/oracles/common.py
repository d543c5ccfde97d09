"""One helper carries every oracle: tensors in, PyTorch's function, each gradient out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch

Arrays = Mapping[str, np.ndarray | None]


def answer(
    function: Callable[..., torch.Tensor],
    differentiated: Mapping[str, np.ndarray | None],
    upstream: np.ndarray | None,
    *others: Any,
) -> dict[str, np.ndarray]:
    """Evaluate a PyTorch function and its gradients.

    Args:
        function: takes the differentiated tensors, in order, then `others`.
        differentiated: arrays by name; None stands for a parameter that is not there.
        upstream: gradient of the loss with respect to the result; None if the result is the loss.

    Returns:
        "y", and "dL_d<name>" for each differentiated array.
    """
    leaves = {
        name: None if array is None else torch.from_numpy(array).requires_grad_()
        for name, array in differentiated.items()
    }
    y = function(*leaves.values(), *others)
    backward((y, upstream))
    result = {"y": y.detach().numpy()}
    for name, leaf in leaves.items():
        if leaf is not None and leaf.grad is not None:
            result[f"dL_d{name}"] = leaf.grad.numpy()
    return result


def backward(*outputs: tuple[torch.Tensor, np.ndarray | None]) -> None:
    """Send the upstream gradient of each output back; None where the output is the loss.

    The outputs become one number first, which changes no gradient: given a gradient, PyTorch 2.15 imports the whole of
    sympy to compare two shapes.
    """
    terms = []
    for y, upstream in outputs:
        weights = torch.ones_like(y) if upstream is None else torch.from_numpy(np.asarray(upstream))
        assert weights.shape == y.shape
        terms.append((y * weights).sum())
    torch.autograd.backward(terms)


def first(inputs: Sequence[np.ndarray]) -> np.ndarray:
    """The only input of a layer that has one."""
    (x,) = inputs
    return x
