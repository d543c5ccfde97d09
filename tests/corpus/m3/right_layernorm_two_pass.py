# exercise = "m3_attention/layernorm.py"
# right = true
# note = "works on flattened rows; Jacobian formula from the batch-norm notes"
import numpy as np


class LayerNorm:
    def __init__(self, d_model, eps=1e-5):
        self.d_model, self.eps = d_model, eps
        self.gamma, self.beta = np.ones(d_model), np.zeros(d_model)

    def forward(self, x):
        if x.ndim == 0 or x.shape[-1] != self.d_model:
            raise ValueError(f"expected (..., {self.d_model}), got {x.shape}")
        rows = x.reshape(-1, self.d_model)
        c = rows - rows.mean(1)[:, None]
        self.inv = 1 / np.sqrt(np.einsum("rd,rd->r", c, c)[:, None] / self.d_model + x.dtype.type(self.eps))
        self.h = (c * self.inv).astype(x.dtype)
        y = np.multiply(self.h, self.gamma) + self.beta
        return y.astype(x.dtype).reshape(x.shape)

    def backward(self, dL_dy):
        d = dL_dy.reshape(-1, self.d_model)
        self.dL_dbeta, self.dL_dgamma = d.sum(0), (d * self.h).sum(0)
        E = self.d_model
        w = (d * self.gamma).astype(self.h.dtype)
        dx = (E * w - w.sum(1, keepdims=True) - self.h * (w * self.h).sum(1, keepdims=True)) * (self.inv / E)
        return dx.astype(self.h.dtype).reshape(dL_dy.shape)
