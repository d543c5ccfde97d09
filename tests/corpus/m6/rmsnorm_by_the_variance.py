# exercise = "m6_language/rmsnorm.py"
# mistake = "np.var in place of the mean square"
# caught_by = ["m6.rmsnorm.forward"]
# names = "mean of x|standard deviation"
# methods = true
import numpy as np


class RMSNorm:
    def forward(self, x):
        if x.ndim < 1 or x.shape[-1] != self.d_model or x.size == 0:
            raise ValueError(f"expected (..., {self.d_model}), got {x.shape}")
        rms = np.sqrt(x.var(-1, keepdims=True) + self.eps).astype(x.dtype)
        g = self.gamma.astype(x.dtype)
        self.cache = x / rms, rms, g
        return g * (x / rms)
