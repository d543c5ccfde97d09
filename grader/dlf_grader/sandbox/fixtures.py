"""Functions and layers of ours that a learner's gradient check is tried on.

They live in the worker, beside the learner's code, and decide nothing: their true gradients are worked out by the
grader. What is wrong with a layer, and how often it ran, stands in no attribute of it. NumPy only, like the exercise.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np

Array = np.ndarray


class Quadratic:
    """f(x) = (w · x)² + v · x, of which central differences are exact whatever the step.

    Args:
        w, v: the shape of x.
        watched: look at this array, whatever is passed; that is how a layer sees its own parameters.
    """

    def __init__(self, w: Array, v: Array, watched: Array | None = None) -> None:
        self.w, self.v, self.watched = w, v, watched
        self.calls, self.moved = 0, False
        self.before: Array | None = None

    def __call__(self, x: Array) -> float:
        self.calls += 1
        seen = x if self.watched is None else self.watched
        self.moved = self.moved or (self.before is not None and not np.array_equal(seen, self.before))
        self.before = np.array(seen)
        return float(np.sum(self.w * seen) ** 2 + np.sum(self.v * seen))


def affine(W: Array, b: Array | None, factors: dict[str, float]) -> Any:
    """x Wᵀ + b; each gradient comes out times its factor, 1 if it has none."""
    forwards, factors = 0, {"x": 1.0, "W": 1.0, "b": 1.0} | factors

    class Layer:
        def __init__(self) -> None:
            self.W, self.b = W, b

        def forward(self, x: Array) -> Any:
            nonlocal forwards
            forwards += 1
            self.x = x.copy()
            return x @ self.W.T if self.b is None else x @ self.W.T + self.b

        def backward(self, dL_dy: Array) -> Any:
            self.dL_dW = factors["W"] * dL_dy.T @ self.x
            if self.b is not None:
                self.dL_db = factors["b"] * dL_dy.sum(axis=0)
            return factors["x"] * dL_dy @ self.W

    return Layer(), lambda: forwards


def scale(gamma: Array, factors: dict[str, float]) -> Any:
    """gamma · x; `mask`, an array too, has no gradient."""
    forwards, factors = 0, {"x": 1.0, "gamma": 1.0} | factors

    class Layer:
        def __init__(self) -> None:
            self.gamma = gamma
            self.mask = np.ones(len(gamma))

        def forward(self, x: Array) -> Any:
            nonlocal forwards
            forwards += 1
            self.x = x.copy()
            return self.gamma * x * self.mask

        def backward(self, dL_dy: Array) -> Any:
            self.dL_dgamma = factors["gamma"] * (dL_dy * self.x).sum(axis=0)
            return factors["x"] * dL_dy * self.gamma

    return Layer(), lambda: forwards


def power(n: int) -> Any:
    """x to the power n, element by element; a layer without parameters."""
    forwards = 0

    class Layer:
        def forward(self, x: Array) -> Any:
            nonlocal forwards
            forwards += 1
            self.x = x.copy()
            return x**n

        def backward(self, dL_dy: Array) -> Any:
            return dL_dy * n * self.x ** (n - 1)

    return Layer(), lambda: forwards


def centre(factor: float) -> Any:
    """x less the mean of its row; backward, times a factor, is right for an upstream of ones, and for no other."""
    forwards = 0

    class Layer:
        def forward(self, x: Array) -> Any:
            nonlocal forwards
            forwards += 1
            return x - x.mean(axis=1, keepdims=True)

        def backward(self, dL_dy: Array) -> Any:
            return factor * (dL_dy - dL_dy.mean(axis=1, keepdims=True))

    return Layer(), lambda: forwards


def sum_of_many(x: Any, count: int) -> Any:
    """x + x + … + x with `count` additions, on whatever x is."""
    y = x
    for _ in range(count):
        y = y + x
    return y


def seconds_of_backward(x: Any, count: int, gradient: Any) -> float:
    """Processor time of `backward` through so many additions."""
    y = sum_of_many(x, count)
    start = time.thread_time()
    y.backward(gradient)
    return float(time.thread_time() - start)


def doubled_often(x: Any, times: int) -> Any:
    """x doubled `times` times: that many additions, and 2 to that power paths back to x."""
    for _ in range(times):
        x = x + x
    return x


def module_of(base: type, **attributes: Any) -> Any:
    """An instance of a subclass of a learner's Module, with these attributes, assigned in order."""
    module = type("Mine", (base,), {})()
    for name, value in attributes.items():
        setattr(module, name, value)
    return module


class NextLogits:
    """Logits that follow from all ids so far: the last one's row, the others' with it, by their number.

    Attributes:
        asked: all ids that it was called with, call by call.
    """

    def __init__(self, table: Array, mixed: float) -> None:
        self.table, self.mixed = table, mixed
        self.asked: list[list[int]] = []

    def __call__(self, ids: Any) -> Any:
        self.asked.append([int(number) for number in ids])
        before = self.table[self.asked[-1][:-1]].sum(axis=0)
        return self.table[self.asked[-1][-1]] + self.mixed * before


class SameLogits:
    """The same logits whatever came before."""

    def __init__(self, logits: Array) -> None:
        self.logits = logits

    def __call__(self, ids: Any) -> Any:
        return self.logits.copy()
