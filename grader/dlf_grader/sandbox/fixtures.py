"""Functions and layers of ours that a learner's gradient check is tried on.

They live in the worker, beside the learner's code, and decide nothing: their true gradients are worked out by the
grader. NumPy only, like the exercise.
"""

from __future__ import annotations

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
        self.calls = 0

    def __call__(self, x: Array) -> float:
        self.calls += 1
        seen = x if self.watched is None else self.watched
        return float(np.sum(self.w * seen) ** 2 + np.sum(self.v * seen))


class Affine:
    """x Wᵀ + b; the gradient of the tensor named `doubled` comes out twice as large."""

    def __init__(self, W: Array, b: Array | None, doubled: str = "") -> None:
        self.W, self.b = W, b
        self.factors = {name: 2.0 if name == doubled else 1.0 for name in ("x", "W", "b")}

    def forward(self, x: Array) -> Any:
        self.x = x.copy()
        return x @ self.W.T if self.b is None else x @ self.W.T + self.b

    def backward(self, dL_dy: Array) -> Any:
        self.dL_dW = self.factors["W"] * dL_dy.T @ self.x
        if self.b is not None:
            self.dL_db = self.factors["b"] * dL_dy.sum(axis=0)
        return self.factors["x"] * dL_dy @ self.W


class Scale:
    """gamma · x; `mask`, an array too, has no gradient."""

    def __init__(self, gamma: Array) -> None:
        self.gamma = gamma
        self.mask = np.ones(len(gamma))

    def forward(self, x: Array) -> Any:
        self.x = x.copy()
        return self.gamma * x * self.mask

    def backward(self, dL_dy: Array) -> Any:
        self.dL_dgamma = (dL_dy * self.x).sum(axis=0)
        return dL_dy * self.gamma


class Power:
    """x to the power n, element by element; a layer without parameters."""

    def __init__(self, n: int) -> None:
        self.n = n

    def forward(self, x: Array) -> Any:
        self.x = x.copy()
        return x**self.n

    def backward(self, dL_dy: Array) -> Any:
        return dL_dy * self.n * self.x ** (self.n - 1)


class Centre:
    """x less the mean of its row, with a backward that is zero: right for an upstream of ones, wrong for any other."""

    def forward(self, x: Array) -> Any:
        return x - x.mean(axis=1, keepdims=True)

    def backward(self, dL_dy: Array) -> Any:
        return np.zeros_like(dL_dy)


def sum_of_many(x: Any, count: int) -> Any:
    """x + x + … + x with `count` additions, on whatever x is."""
    y = x
    for _ in range(count):
        y = y + x
    return y


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
