"""Oracles of m1: convolution, pooling, batch normalisation."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
import torch.nn.functional as F

from dlf_reference.oracles.common import answer, first


def conv2d(init: Any, attributes: Any, inputs: Any, upstream: np.ndarray) -> dict[str, np.ndarray]:
    """torch.nn.functional.conv2d, a cross-correlation."""
    x, w, b = first(inputs), attributes["W"], attributes["b"]
    stride, padding = init.get("stride", 1), init.get("padding", 0)
    return answer(F.conv2d, {"x": x, "W": w, "b": b}, upstream, stride, padding)


def max_pool2d(init: Any, attributes: Any, inputs: Any, upstream: np.ndarray) -> dict[str, np.ndarray]:
    """torch.nn.functional.max_pool2d, the output's size rounded down."""
    return answer(F.max_pool2d, {"x": first(inputs)}, upstream, init["kernel_size"], init.get("stride"))


def avg_pool2d(init: Any, attributes: Any, inputs: Any, upstream: np.ndarray) -> dict[str, np.ndarray]:
    """torch.nn.functional.avg_pool2d, the output's size rounded down."""
    return answer(F.avg_pool2d, {"x": first(inputs)}, upstream, init["kernel_size"], init.get("stride"))


def flatten(init: Any, attributes: Any, inputs: Any, upstream: np.ndarray) -> dict[str, np.ndarray]:
    """torch.flatten from axis 1 on."""
    return answer(torch.flatten, {"x": first(inputs)}, upstream, 1)


def batch_norm2d(init: Any, attributes: Any, inputs: Any, upstream: np.ndarray) -> dict[str, np.ndarray]:
    """torch.nn.functional.batch_norm, with the running statistics it leaves behind."""
    mean, var = (torch.from_numpy(attributes[name].copy()) for name in ("running_mean", "running_var"))
    training, momentum, eps = attributes["training"], init.get("momentum", 0.1), init.get("eps", 1e-5)

    def batch_norm(x: torch.Tensor, gamma: torch.Tensor, beta: torch.Tensor) -> torch.Tensor:
        return F.batch_norm(x, mean, var, gamma, beta, training, momentum, eps)

    differentiated = {"x": first(inputs), "gamma": attributes["gamma"], "beta": attributes["beta"]}
    result = answer(batch_norm, differentiated, upstream)
    return result | {"running_mean": mean.numpy(), "running_var": var.numpy()}
