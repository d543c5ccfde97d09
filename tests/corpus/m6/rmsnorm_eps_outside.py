# exercise = "m6_language/rmsnorm.py"
# mistake = "eps is added to the root"
# caught_by = ["m6.rmsnorm.forward"]
# names = "eps"
import numpy as np


class RMSNorm:
    def __init__(self, d_model, eps=1e-6):
        self.d_model, self.eps = d_model, eps
        self.gamma = np.ones(d_model)

    def forward(self, x):
        if x.ndim < 1 or x.shape[-1] != self.d_model or x.size == 0 or x.dtype.kind != "f":
            raise ValueError(f"expected (..., {self.d_model}) floating, got {x.shape} {x.dtype}")
        gamma = self.gamma.astype(x.dtype)
        r = np.sqrt((x**2).mean(-1, keepdims=True)) + np.asarray(self.eps, x.dtype)
        x_hat = x / r
        self.saved = x_hat, r, gamma
        return gamma * x_hat

    def backward(self, dL_dy):
        x_hat, r, gamma = self.saved
        self.dL_dgamma = (dL_dy * x_hat).reshape(-1, x_hat.shape[-1]).sum(0)
        d = dL_dy * gamma
        return ((d - x_hat * (d * x_hat).mean(-1, keepdims=True)) / r).astype(x_hat.dtype)
