# exercise = "m0_mlp/layers.py"
# right = true
# note = "A base class with __call__; tanh by expm1, sigmoid by tanh, its derivative by cosh, all in float64"
import numpy as np


class _Pointwise:
    def __call__(self, x):
        return self.forward(x)

    def forward(self, x):
        value, self._slope = self._both(np.asarray(x, np.float64))
        self._dtype = x.dtype
        return value.astype(x.dtype)

    def backward(self, dL_dy):
        return np.multiply(dL_dy, self._slope).astype(self._dtype)


class ReLU(_Pointwise):
    def _both(self, x):
        return np.clip(x, 0, None), np.heaviside(x, 0.0)


class Sigmoid(_Pointwise):
    def _both(self, x):
        return 0.5 * (1 + np.tanh(x / 2)), 0.25 / np.cosh(np.clip(x / 2, -350, 350)) ** 2


class Tanh(_Pointwise):
    def _both(self, x):
        small = np.expm1(-2 * np.abs(x))
        y = -np.sign(x) * small / (2 + small)
        return y, (1 - y) * (1 + y)
