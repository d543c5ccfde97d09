"""The solutions' NumPy against PyTorch on one processor thread, forward and backward, float32."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch

from benchmarks.figure import Figure, in_turn

ROUNDS = 40
# name, x, W, padding, at most
CONVOLUTIONS = (
    ("Conv2d (32,3,32,32)×(16,3,3,3)", (32, 3, 32, 32), (16, 3, 3, 3), 1, 1.2),
    ("Conv2d LeNet c2 (32,6,14,14)×(16,6,5,5)", (32, 6, 14, 14), (16, 6, 5, 5), 0, 2.2),
)


def solution(module: str) -> Any:
    """A module of solutions/."""
    folder = str(Path(__file__).parents[1] / "solutions")
    if folder not in sys.path:
        sys.path.insert(0, folder)
    return importlib.import_module(module)


def measure() -> Iterator[Figure]:
    """Each convolution's ratio."""
    torch.set_num_threads(1)
    for name, x_shape, w_shape, padding, at_most in CONVOLUTIONS:
        yield Figure(name, *in_turn(*_both(x_shape, w_shape, padding), ROUNDS), at_most)


def _both(x_shape: tuple[int, ...], w_shape: tuple[int, ...], padding: int) -> tuple[Callable[[], None], ...]:
    rng = np.random.default_rng(0)
    x = rng.standard_normal(x_shape, dtype=np.float32)
    layer = solution("m1_cnn.conv").Conv2d(w_shape[1], w_shape[0], w_shape[2], padding=padding, rng=rng)
    layer.W, layer.b = layer.W.astype(np.float32), layer.b.astype(np.float32)
    upstream = rng.standard_normal(layer.forward(x).shape, dtype=np.float32)
    leaves = [torch.from_numpy(array.copy()).requires_grad_() for array in (x, layer.W, layer.b)]
    torch_upstream = torch.from_numpy(upstream)

    def ours() -> None:
        layer.forward(x)
        layer.backward(upstream)

    def theirs() -> None:
        for leaf in leaves:
            leaf.grad = None
        torch.nn.functional.conv2d(*leaves, padding=padding).backward(torch_upstream)

    return ours, theirs
