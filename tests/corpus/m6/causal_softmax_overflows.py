# exercise = "m6_language/causal.py"
# mistake = "exp of the scores as they are"
# caught_by = ["m6.causal.forward"]
# names = "overflow|maximum|subtract|large"
# methods = true
import numpy as np

from m6_language.rotary import rotary_angles, rotate, rotate_backward


def softmax(s, axis=-1):
    e = np.exp(s)
    return e / e.sum(axis, keepdims=True)


class CausalSelfAttention:
    def forward(self, x, cache=None):
        self._check(x, cache)
        N, T, E = x.shape
        h, kv, d = self.num_heads, self.num_kv_heads, self.d
        Wq, Wk, Wv, Wo = (W.astype(x.dtype) for W in (self.W_q, self.W_k, self.W_v, self.W_o))
        past = cache.length if cache is not None else 0
        angles = rotary_angles(past + T, d)[past:]
        q = rotate((x @ Wq.T).reshape(N, T, h, d).swapaxes(1, 2), angles)
        k = rotate((x @ Wk.T).reshape(N, T, kv, d).swapaxes(1, 2), angles)
        v = (x @ Wv.T).reshape(N, T, kv, d).swapaxes(1, 2)
        if cache is not None:
            k, v = cache.extend(k, v)
        K, V = np.repeat(k, h // kv, axis=1), np.repeat(v, h // kv, axis=1)
        scores = q @ K.swapaxes(-1, -2) / np.sqrt(d).astype(x.dtype)
        S = K.shape[2]
        see = np.tril(np.ones((T, S), bool), k=S - T)
        w = softmax(np.where(see, scores, -np.inf))
        out = (w @ V).swapaxes(1, 2).reshape(N, T, E)
        self.saved = None if cache is not None else (x, q, K, V, w, out, Wq, Wk, Wv, Wo)
        return out @ Wo.T

    def backward(self, dL_dy):
        if self.saved is None:
            raise ValueError("expected a forward without a cache first, got none")
        x, q, K, V, w, out, Wq, Wk, Wv, Wo = self.saved
        N, T, E = x.shape
        h, kv, d = self.num_heads, self.num_kv_heads, self.d
        g = dL_dy.astype(x.dtype)
        self.dL_dW_o = np.einsum("nti,ntj->ij", g, out)
        dheads = (g @ Wo).reshape(N, T, h, d).swapaxes(1, 2)
        dV = w.swapaxes(-1, -2) @ dheads
        dw = dheads @ V.swapaxes(-1, -2)
        ds = w * (dw - (dw * w).sum(-1, keepdims=True)) / np.sqrt(d).astype(x.dtype)
        angles = rotary_angles(T, d)
        dq = rotate_backward(ds @ K, angles)
        dK = rotate_backward(ds.swapaxes(-1, -2) @ q, angles)
        dk = dK.reshape(N, kv, h // kv, T, d).sum(2)
        dv = dV.reshape(N, kv, h // kv, T, d).sum(2)
        dq, dk, dv = (a.swapaxes(1, 2).reshape(N, T, -1) for a in (dq, dk, dv))
        self.dL_dW_q, self.dL_dW_k, self.dL_dW_v = (np.einsum("nti,ntj->ij", a, x) for a in (dq, dk, dv))
        return dq @ Wq + dk @ Wk + dv @ Wv
