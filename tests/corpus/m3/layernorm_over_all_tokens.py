# exercise = "m3_attention/layernorm.py"
# mistake = "mean and variance over all axes but the first"
# caught_by = ["m3.layernorm.forward"]
# names = "axis|axes|token|last|features|sequence"
import numpy as np


class LayerNorm:
    def __init__(self, d_model, eps=1e-5):
        self.d_model, self.eps = d_model, eps
        self.gamma, self.beta = np.ones(d_model), np.zeros(d_model)

    def forward(self, x):
        if x.ndim < 1 or x.shape[-1] != self.d_model:
            raise ValueError(f"{x.shape} has not {self.d_model} features")
        self.axes = tuple(range(1, x.ndim)) if x.ndim > 1 else (0,)
        mu = x.mean(self.axes, keepdims=True)
        self.sd = np.sqrt(((x - mu) ** 2).mean(self.axes, keepdims=True) + x.dtype.type(self.eps))
        self.xh = (x - mu) / self.sd
        return self.xh * self.gamma.astype(x.dtype) + self.beta.astype(x.dtype)

    def backward(self, g):
        lead = tuple(range(g.ndim - 1))
        self.dL_dgamma, self.dL_dbeta = (g * self.xh).sum(lead), g.sum(lead)
        d = (g * self.gamma).astype(self.xh.dtype)
        m = lambda a: a.mean(self.axes, keepdims=True)
        return (d - m(d) - self.xh * m(d * self.xh)) / self.sd
