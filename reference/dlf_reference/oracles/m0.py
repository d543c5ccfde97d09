"""Oracles of m0: layers and losses of a multilayer perceptron."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
import torch.nn.functional as F

from dlf_reference.oracles.common import answer, first


def linear(init: Any, attributes: Any, inputs: Any, upstream: np.ndarray) -> dict[str, np.ndarray]:
    """torch.nn.functional.linear."""
    return answer(F.linear, {"x": first(inputs), "W": attributes["W"], "b": attributes["b"]}, upstream)


def relu(init: Any, attributes: Any, inputs: Any, upstream: np.ndarray) -> dict[str, np.ndarray]:
    """torch.relu; its gradient at 0 is 0."""
    return answer(torch.relu, {"x": first(inputs)}, upstream)


def sigmoid(init: Any, attributes: Any, inputs: Any, upstream: np.ndarray) -> dict[str, np.ndarray]:
    """torch.sigmoid."""
    return answer(torch.sigmoid, {"x": first(inputs)}, upstream)


def tanh(init: Any, attributes: Any, inputs: Any, upstream: np.ndarray) -> dict[str, np.ndarray]:
    """torch.tanh."""
    return answer(torch.tanh, {"x": first(inputs)}, upstream)


def mse(init: Any, attributes: Any, inputs: Any, upstream: None) -> dict[str, np.ndarray]:
    """torch.nn.functional.mse_loss, mean over all elements."""
    prediction, target = inputs
    return _as_loss(answer(F.mse_loss, {"prediction": prediction}, None, torch.from_numpy(target)))


def cross_entropy(init: Any, attributes: Any, inputs: Any, upstream: None) -> dict[str, np.ndarray]:
    """torch.nn.functional.cross_entropy with class numbers as targets, mean over the batch."""
    logits, targets = inputs
    return _as_loss(answer(F.cross_entropy, {"logits": logits}, None, torch.from_numpy(targets).long()))


def _as_loss(tensors: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {"loss" if name == "y" else name: array for name, array in tensors.items()}


def two_layer_mlp(init: Any, attributes: Any, inputs: Any, upstream: None) -> dict[str, np.ndarray]:
    """One SGD step of linear, ReLU, linear under cross-entropy: logits, loss, and the parameters afterwards."""
    x, targets = (torch.from_numpy(array) for array in inputs)
    names = ("fc1.W", "fc1.b", "fc2.W", "fc2.b")
    w1, b1, w2, b2 = parameters = [torch.from_numpy(attributes[name].copy()).requires_grad_() for name in names]
    logits = F.linear(torch.relu(F.linear(x, w1, b1)), w2, b2)
    loss = F.cross_entropy(logits, targets.long())
    loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
    result = {"logits": logits.detach().numpy(), "loss": loss.detach().numpy()}
    for name, parameter in zip(names, parameters, strict=True):
        assert parameter.grad is not None
        result[name] = (parameter - attributes["lr"] * parameter.grad).detach().numpy()
    return result
