# exercise = "m6_language/causal.py"
# right = true
# note = "The cache is a list of rows that any layer may fill; each query by itself; hyper-parameters are not checked"
import numpy as np

from m6_language.rotary import rotary_angles, rotate, rotate_backward


class KVCache(list):
    """(k, v) of every position, each (N, kv, d)."""


class CausalSelfAttention:
    def __init__(self, d_model, num_heads, num_kv_heads=None, *, rng=None):
        kv = num_heads if num_kv_heads is None else num_kv_heads
        rng = np.random.default_rng() if rng is None else rng
        self.E, self.h, self.kv, self.d = d_model, num_heads, kv, d_model // num_heads
        for name, rows in (("W_q", d_model), ("W_k", kv * self.d), ("W_v", kv * self.d), ("W_o", d_model)):
            setattr(self, name, rng.normal(0, d_model**-0.5, (rows, d_model)))

    def forward(self, x, cache=None):
        if x.ndim != 3 or x.shape[2] != self.E or 0 in x.shape:
            raise ValueError(f"expected (N, T, {self.E}), got {x.shape}")
        N, T, _ = x.shape
        rows = KVCache() if cache is None else cache
        before, group = len(rows), self.h // self.kv
        angles = rotary_angles(before + T, self.d)[before:]
        Wq, Wk, Wv, Wo = (W.astype(x.dtype) for W in (self.W_q, self.W_k, self.W_v, self.W_o))
        q, k, v = ((x @ W.T).reshape(N, T, -1, self.d).swapaxes(1, 2) for W in (Wq, Wk, Wv))
        q, k = rotate(q, angles), rotate(k, angles)
        for t in range(T):
            rows.append((k[:, :, t], v[:, :, t]))
        K, V = (np.repeat(np.stack([r[i] for r in rows], 2), group, axis=1) for i in (0, 1))
        weights, heads = np.zeros((N, self.h, T, len(rows)), x.dtype), np.empty((N, self.h, T, self.d), x.dtype)
        for t in range(T):
            seen = before + t + 1
            s = np.einsum("nhd,nhsd->nhs", q[:, :, t], K[:, :, :seen]) / x.dtype.type(self.d**0.5)
            w = np.exp(s - s.max(-1, keepdims=True))
            weights[:, :, t, :seen] = w / w.sum(-1, keepdims=True)
            heads[:, :, t] = np.einsum("nhs,nhsd->nhd", weights[:, :, t, :seen], V[:, :, :seen])
        merged = heads.swapaxes(1, 2).reshape(N, T, -1)
        self._tape = (x.copy(), q, K, V, weights, merged, angles, Wq, Wk, Wv, Wo) if cache is None else None
        return merged @ Wo.T

    def backward(self, dL_dy):
        x, q, K, V, w, merged, angles, Wq, Wk, Wv, Wo = self._tape
        N, T, E = x.shape
        g = dL_dy.astype(x.dtype)
        self.dL_dW_o = np.einsum("nte,ntf->ef", g, merged)
        dh = (g @ Wo).reshape(N, T, self.h, self.d).swapaxes(1, 2)
        dv = np.einsum("nhts,nhtd->nhsd", w, dh)
        dw = np.einsum("nhtd,nhsd->nhts", dh, V)
        ds = w * (dw - np.einsum("nhts,nhts->nht", dw, w)[..., None]) / x.dtype.type(self.d**0.5)
        dq, dk = np.einsum("nhts,nhsd->nhtd", ds, K), np.einsum("nhts,nhtd->nhsd", ds, q)
        dk, dv = (z.reshape(N, self.kv, -1, T, self.d).sum(2) for z in (dk, dv))
        dx = np.zeros_like(x)
        for name, part, W in (("q", rotate_backward(dq, angles), Wq), ("k", rotate_backward(dk, angles), Wk), ("v", dv, Wv)):
            flat = part.swapaxes(1, 2).reshape(N, T, -1)
            setattr(self, "dL_dW_" + name, np.einsum("ntf,nte->fe", flat, x))
            dx += flat @ W
        return dx
