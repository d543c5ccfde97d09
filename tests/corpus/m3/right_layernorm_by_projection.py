# exercise = "m3_attention/layernorm.py"
# right = true
# note = "gamma and beta are properties over one dict; mean subtraction is a product with a matrix"
import numpy as np


class LayerNorm:
    def __init__(self, d_model, eps=1e-5):
        self.d_model, self.eps = d_model, eps
        self._table = {"gamma": np.full(d_model, 1.0), "beta": np.full(d_model, 0.0)}

    gamma = property(lambda self: self._table["gamma"], lambda self, value: self._table.update(gamma=value))
    beta = property(lambda self: self._table["beta"], lambda self, value: self._table.update(beta=value))

    def forward(self, x):
        if x.ndim < 1 or x.shape[-1] != self.d_model:
            raise ValueError(f"expected (..., {self.d_model}), got {x.shape}")
        self._P = np.eye(self.d_model) - 1 / self.d_model
        wide = (x.astype(np.float64) - x.astype(np.float64).mean(-1, keepdims=True)) @ self._P
        self._inv = 1 / np.sqrt(np.einsum("...e,...e->...", wide, wide)[..., None] / self.d_model + self.eps)
        self._unit, self._dtype, self._g = wide * self._inv, x.dtype, self.gamma.copy()
        return (self._unit * self.gamma + self.beta).astype(x.dtype)

    def backward(self, dL_dy):
        u = self._unit
        self.dL_dgamma = (dL_dy * u).reshape(-1, self.d_model).sum(0)
        self.dL_dbeta = np.reshape(dL_dy, (-1, self.d_model)).sum(0)
        d = dL_dy * self._g
        along = np.einsum("...e,...e->...", d, u)[..., None] * u / self.d_model
        return (((d - along) @ self._P) * self._inv).astype(self._dtype)
