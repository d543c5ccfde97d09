# exercise = "m3_attention/layernorm.py"
# mistake = "the two means are of dL_dy rather than of dL_dy * gamma"
# caught_by = ["m3.layernorm.backward", "m3.layernorm.gradient"]
# names = "gamma"
# methods = true
import numpy as np


class LayerNorm:
    def backward(self, dL_dy):
        x_hat, s, gamma = self.cache
        dL_dy = dL_dy.astype(x_hat.dtype)
        axes = tuple(range(dL_dy.ndim - 1))
        self.dL_dgamma, self.dL_dbeta = (dL_dy * x_hat).sum(axes), dL_dy.sum(axes)
        return gamma * (dL_dy - dL_dy.mean(-1, keepdims=True) - x_hat * (dL_dy * x_hat).mean(-1, keepdims=True)) / s
