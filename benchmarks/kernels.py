"""The solutions' NumPy against PyTorch on one processor thread, forward and backward, float32."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from dlf_reference.training.zoo import adam as zoo_adam
from torch.nn import functional as F

from benchmarks.figure import Figure, in_turn

ROUNDS = 40
Pair = tuple[Callable[[], object], Callable[[], object]]
# name, x, W, padding, at most
CONVOLUTIONS = (
    ("Conv2d (32,3,32,32)×(16,3,3,3)", (32, 3, 32, 32), (16, 3, 3, 3), 1, 0.7),
    ("Conv2d LeNet c2 (32,6,14,14)×(16,6,5,5)", (32, 6, 14, 14), (16, 6, 5, 5), 0, 1.6),
)


def solution(module: str) -> Any:
    """A module of solutions/."""
    folder = str(Path(__file__).parents[1] / "solutions")
    if folder not in sys.path:
        sys.path.insert(0, folder)
    return importlib.import_module(module)


def measure() -> Iterator[Figure]:
    """Each kernel's ratio."""
    torch.set_num_threads(1)
    for name, x_shape, w_shape, padding, at_most in CONVOLUTIONS:
        yield Figure(name, *in_turn(*_convolution(x_shape, w_shape, padding), ROUNDS), at_most)
    yield Figure("LSTM T=100 B=32 D=64 H=128", *in_turn(*_lstm(), ROUNDS), 1.8)
    yield Figure("attention B=8 h=8 T=128 d=64", *in_turn(*_attention(), ROUNDS), 1.0)
    for name, module, at_most in (("as taught", solution("m4_optimisers.adam"), 2.0), ("zoo", zoo_adam, 1.0)):
        yield Figure(f"Adam {name}, a million parameters, against foreach", *in_turn(*_adam(module), ROUNDS), at_most)
    yield Figure("autograd MLP step 784-128-10, batch 64", *in_turn(*_autograd_step(), ROUNDS), 8.0)


def _drawn(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(shape, dtype=np.float32)


def _leaf(array: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(array.copy()).requires_grad_()


def _convolution(x_shape: tuple[int, ...], w_shape: tuple[int, ...], padding: int) -> Pair:
    x, w, b = _drawn(*x_shape), _drawn(*w_shape), _drawn(w_shape[0])
    layer = solution("m1_cnn.conv").Conv2d(w_shape[1], w_shape[0], w_shape[2], padding=padding)
    layer.W, layer.b = w, b
    upstream = _drawn(*layer.forward(x).shape)
    leaves = [_leaf(array) for array in (x, w, b)]

    def ours() -> None:
        layer.forward(x)
        layer.backward(upstream)

    def theirs() -> None:
        torch.autograd.grad(F.conv2d(*leaves, padding=padding), leaves, torch.from_numpy(upstream))

    return ours, theirs


def _lstm() -> Pair:
    steps, batch, features, hidden = 100, 32, 64, 128
    x, upstream = _drawn(batch, steps, features), _drawn(batch, steps, hidden)
    layer = solution("m2_rnn.lstm").LSTM(features, hidden)
    for name in ("W_ih", "W_hh", "b_ih", "b_hh"):
        setattr(layer, name, getattr(layer, name).astype(np.float32))
    module, leaf = torch.nn.LSTM(features, hidden, batch_first=True), _leaf(x)
    leaves = [leaf, *module.parameters()]

    def ours() -> None:
        layer.forward(x)
        layer.backward(upstream)

    def theirs() -> None:
        torch.autograd.grad(module(leaf)[0], leaves, torch.from_numpy(upstream))

    return ours, theirs


def _attention() -> Pair:
    module = solution("m3_attention.attention")
    q, k, v, upstream = (_drawn(8, 8, 128, 64, seed=seed) for seed in range(4))
    leaves = [_leaf(array) for array in (q, k, v)]

    def ours() -> None:
        _, weights = module.scaled_dot_product_attention(q, k, v)
        module.scaled_dot_product_attention_backward(upstream, q, k, v, weights)

    def theirs() -> None:
        torch.autograd.grad(F.scaled_dot_product_attention(*leaves), leaves, torch.from_numpy(upstream))

    return ours, theirs


def _adam(module: Any) -> Pair:
    parameters, gradients = [_drawn(1000, 1000)], [_drawn(1000, 1000)]
    ours = module.Adam(parameters)
    leaf = _leaf(parameters[0])
    leaf.grad = torch.from_numpy(gradients[0].copy())
    theirs = torch.optim.Adam([leaf], foreach=True)
    return (lambda: ours.step(gradients)), theirs.step


def _autograd_step() -> Pair:
    module, tensor = solution("m5_autograd.nn"), solution("m5_autograd.tensor").Tensor
    x, targets = _drawn(64, 784), np.arange(64) % 10
    network = module.MLP([784, 128, 10], rng=np.random.default_rng(0))
    for parameter in network.parameters():
        parameter.data = parameter.data.astype(np.float32)
    layers = torch.nn.Sequential(torch.nn.Linear(784, 128), torch.nn.ReLU(), torch.nn.Linear(128, 10))
    optimiser = torch.optim.SGD(layers.parameters(), lr=0.01)

    def ours() -> None:
        network.zero_grad()
        module.cross_entropy(network(tensor(x)), targets).backward()
        for parameter in network.parameters():
            parameter.data -= np.float32(0.01) * parameter.grad

    def theirs() -> None:
        optimiser.zero_grad()
        F.cross_entropy(layers(torch.from_numpy(x)), torch.from_numpy(targets)).backward()
        optimiser.step()

    return ours, theirs
