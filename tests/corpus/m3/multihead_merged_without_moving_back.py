# exercise = "m3_attention/multihead.py"
# mistake = "the heads are merged by reshape without moving the head axis back (a known bug of transformer-from-scratch)"
# caught_by = ["m3.multihead.forward", "m3.multihead.gradient"]
# names = "reshape|transpose|merge|axes|axis"
import math

import numpy as np


class MultiHeadAttention:
    def __init__(self, d_model, num_heads, *, rng=None):
        if num_heads <= 0 or d_model % num_heads != 0:
            raise ValueError(f"{num_heads} heads do not divide {d_model}")
        rng = rng or np.random.default_rng()
        self.E, self.h, self.d = d_model, num_heads, d_model // num_heads
        for n in "qkvo":
            setattr(self, "W_" + n, rng.normal(0, d_model**-0.5, (d_model, d_model)))
            setattr(self, "b_" + n, np.zeros(d_model))

    def _heads(self, a):
        return a.reshape(len(a), -1, self.h, self.d).transpose(0, 2, 1, 3)

    def forward(self, x, mask=None):
        if x.ndim != 3 or x.shape[-1] != self.E or x.shape[1] == 0:
            raise ValueError(f"expected (N, T, {self.E}), got {x.shape}")
        self.x = x
        c = lambda a: a.astype(x.dtype)
        self.q, self.k, self.v = (
            self._heads(x @ c(getattr(self, "W_" + n)).T + c(getattr(self, "b_" + n))) for n in "qkv")
        s = self.q @ self.k.swapaxes(-1, -2) / math.sqrt(self.d)
        if mask is not None:
            s = np.where(mask, s, np.finfo(s.dtype).min)
        e = np.exp(s - s.max(-1, keepdims=True))
        self.weights = e / e.sum(-1, keepdims=True)
        if mask is not None:
            self.weights = self.weights * mask
        self.ctx = (self.weights @ self.v).reshape(x.shape)
        return self.ctx @ c(self.W_o).T + c(self.b_o)

    def backward(self, g):
        flat = lambda a: a.reshape(-1, a.shape[-1])
        self.dL_dW_o, self.dL_db_o = flat(g).T @ flat(self.ctx), flat(g).sum(0)
        dctx = (g @ self.W_o.astype(self.x.dtype)).reshape(self.q.shape)
        dw = dctx @ self.v.swapaxes(-1, -2)
        dv = self.weights.swapaxes(-1, -2) @ dctx
        ds = self.weights * (dw - (dw * self.weights).sum(-1, keepdims=True)) / math.sqrt(self.d)
        grads = {"q": ds @ self.k, "k": ds.swapaxes(-1, -2) @ self.q, "v": dv}
        dx = np.zeros_like(self.x)
        for n, d in grads.items():
            d = d.transpose(0, 2, 1, 3).reshape(self.x.shape)
            setattr(self, "dL_dW_" + n, flat(d).T @ flat(self.x))
            setattr(self, "dL_db_" + n, flat(d).sum(0))
            dx += (d @ getattr(self, "W_" + n)).astype(dx.dtype)
        return dx
