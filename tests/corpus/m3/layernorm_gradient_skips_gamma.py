# exercise = "m3_attention/layernorm.py"
# mistake = "dL_dx uses dL_dy where dL_dy · gamma belongs"
# caught_by = ["m3.layernorm.backward", "m3.layernorm.gradient"]
# names = "gamma"
# methods = true
import numpy as np


class LayerNorm:
    def backward(self, dL_dy):
        x_hat, std, gamma = self.cache
        lead = tuple(range(x_hat.ndim - 1))
        self.dL_dgamma = np.sum(dL_dy * x_hat, axis=lead)
        self.dL_dbeta = np.sum(dL_dy, axis=lead)
        d = dL_dy.astype(x_hat.dtype)
        return (d - d.mean(-1, keepdims=True) - x_hat * (d * x_hat).mean(-1, keepdims=True)) / std
