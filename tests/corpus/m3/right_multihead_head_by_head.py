# exercise = "m3_attention/multihead.py"
# right = true
# note = "a loop over heads with slices of the weights, attributes made by setattr"
import math

import numpy as np


class MultiHeadAttention:
    NAMES = "qkvo"

    def __init__(self, d_model, num_heads, *, rng=None):
        if num_heads < 1 or d_model % num_heads:
            raise ValueError(f"d_model {d_model} is not a multiple of {num_heads}")
        rng = rng or np.random.default_rng()
        self.E, self.h = d_model, num_heads
        lim = math.sqrt(6 / (2 * d_model))
        for n in self.NAMES:
            setattr(self, f"W_{n}", rng.uniform(-lim, lim, (d_model, d_model)))
            setattr(self, f"b_{n}", np.zeros(d_model))

    def forward(self, x, mask=None):
        if x.ndim != 3 or x.shape[2] != self.E or x.shape[1] == 0:
            raise ValueError(f"expected (N, T, {self.E}) with T >= 1, got {x.shape}")
        N, T, E = x.shape
        self.P = {n: (getattr(self, f"W_{n}").astype(x.dtype), getattr(self, f"b_{n}").astype(x.dtype))
                  for n in self.NAMES}
        full = None if mask is None else np.broadcast_to(mask, (N, self.h, T, T))
        self.x, self.proj = x, {n: x @ W.T + b for n, (W, b) in self.P.items() if n != "o"}
        self.weights = np.zeros((N, self.h, T, T), x.dtype)
        self.ctx = np.zeros_like(x)
        d = E // self.h
        for a in range(self.h):
            sl = np.s_[:, :, a * d : (a + 1) * d]
            s = np.einsum("ntd,nsd->nts", self.proj["q"][sl], self.proj["k"][sl]) * d**-0.5
            if full is not None:
                s = np.where(full[:, a], s, np.finfo(s.dtype).min)
            e = np.exp(s - s.max(-1, keepdims=True))
            if full is not None:
                e = e * full[:, a]
            total = e.sum(-1, keepdims=True)
            self.weights[:, a] = e / np.where(total > 0, total, 1)
            self.ctx[sl] = self.weights[:, a] @ self.proj["v"][sl]
        return self.ctx @ self.P["o"][0].T + self.P["o"][1]

    def backward(self, dL_dy):
        g = dL_dy.astype(self.x.dtype)
        self.dL_dW_o, self.dL_db_o = np.einsum("nte,ntf->ef", g, self.ctx), g.sum((0, 1))
        dctx = g @ self.P["o"][0]
        d = self.E // self.h
        back = {n: np.zeros_like(self.x) for n in "qkv"}
        for a in range(self.h):
            sl, w = np.s_[:, :, a * d : (a + 1) * d], self.weights[:, a]
            dw = np.einsum("nte,nse->nts", dctx[sl], self.proj["v"][sl])
            ds = w * (dw - (w * dw).sum(-1, keepdims=True)) * d**-0.5
            back["v"][sl] = np.einsum("nts,nte->nse", w, dctx[sl])
            back["q"][sl] = ds @ self.proj["k"][sl]
            back["k"][sl] = ds.swapaxes(1, 2) @ self.proj["q"][sl]
        dx = 0
        for n, b in back.items():
            setattr(self, f"dL_dW_{n}", np.einsum("nte,ntf->ef", b, self.x))
            setattr(self, f"dL_db_{n}", b.sum((0, 1)))
            dx = dx + b @ self.P[n][0]
        return dx
