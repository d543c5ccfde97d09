# exercise = "m3_attention/layernorm.py"
# mistake = "normalises over the first axis, like batch norm"
# caught_by = ["m3.layernorm.forward"]
# names = "axis|batch|token|sample|features"
import numpy as np


class LayerNorm:
    def __init__(self, d_model, eps=1e-5):
        self.d_model, self.eps = d_model, eps
        self.gamma, self.beta = np.ones(d_model), np.zeros(d_model)

    def forward(self, x):
        if x.ndim < 1 or x.shape[-1] != self.d_model:
            raise ValueError(f"expected (..., {self.d_model}), got {x.shape}")
        mu = x.mean(0, keepdims=True)
        self.sd = np.sqrt(x.var(0, keepdims=True) + x.dtype.type(self.eps))
        self.h = (x - mu) / self.sd
        return self.gamma.astype(x.dtype) * self.h + self.beta.astype(x.dtype)

    def backward(self, dL_dy):
        lead = tuple(range(dL_dy.ndim - 1))
        self.dL_dgamma, self.dL_dbeta = (dL_dy * self.h).sum(lead), dL_dy.sum(lead)
        d = (dL_dy * self.gamma).astype(self.h.dtype)
        return (d - d.mean(0) - self.h * (d * self.h).mean(0)) / self.sd
