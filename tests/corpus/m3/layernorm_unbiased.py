# exercise = "m3_attention/layernorm.py"
# mistake = "the standard deviation has n - 1, as torch.std does"
# caught_by = ["m3.layernorm.forward", "m3.layernorm.gradient"]
# names = "n - 1|n − 1|E - 1|E − 1|unbiased|ddof|one less"
import numpy as np


class LayerNorm:
    def __init__(self, d_model, eps=1e-5):
        self.E, self.eps = d_model, eps
        self.gamma, self.beta = np.ones(d_model), np.zeros(d_model)

    def forward(self, x):
        if x.ndim < 1 or x.shape[-1] != self.E:
            raise ValueError(f"expected {self.E} features, got {x.shape}")
        ddof = 1 if self.E > 1 else 0
        self.mu = x.mean(-1, keepdims=True)
        self.sd = np.sqrt(x.var(-1, keepdims=True, ddof=ddof) + x.dtype.type(self.eps))
        self.xh = (x - self.mu) / self.sd
        self.n = self.E - ddof
        return self.gamma.astype(x.dtype) * self.xh + self.beta.astype(x.dtype)

    def backward(self, g):
        lead = tuple(range(g.ndim - 1))
        self.dL_dgamma, self.dL_dbeta = (g * self.xh).sum(lead), g.sum(lead)
        d = g * self.gamma.astype(g.dtype)
        dx = d - d.mean(-1, keepdims=True) - self.xh * (d * self.xh).sum(-1, keepdims=True) / self.n
        return (dx / self.sd).astype(self.xh.dtype)
