# exercise = "m3_attention/layernorm.py"
# mistake = "(x - mean) / (std + eps)"
# caught_by = ["m3.layernorm.forward", "m3.layernorm.gradient"]
# names = "eps"
# methods = true
import numpy as np


class LayerNorm:
    def forward(self, x):
        if x.shape[-1:] != (self.d_model,):
            raise ValueError(f"expected (..., {self.d_model}), got {x.shape}")
        mean = x.mean(-1, keepdims=True)
        std = x.std(-1, keepdims=True) + x.dtype.type(self.eps)
        x_hat = (x - mean) / std
        self.cache = x_hat, std, self.gamma.astype(x.dtype)
        return self.gamma.astype(x.dtype) * x_hat + self.beta.astype(x.dtype)
