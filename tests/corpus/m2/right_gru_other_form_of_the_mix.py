# exercise = "m2_rnn/gru.py"
# right = true
# note = "h' = n + z (h - n); three separate products"
import numpy as np


class GRU:
    def __init__(self, input_size, hidden_size, *, rng=None):
        rng = rng or np.random.default_rng()
        self.D, self.H = input_size, hidden_size
        lim = np.sqrt(6 / (input_size + hidden_size))
        self.W_ih, self.W_hh = rng.uniform(-lim, lim, (3 * hidden_size, input_size)), rng.uniform(
            -lim, lim, (3 * hidden_size, hidden_size))
        self.b_ih, self.b_hh = rng.uniform(-lim, lim, 3 * hidden_size), rng.uniform(-lim, lim, 3 * hidden_size)

    def forward(self, x, h0=None):
        if x.ndim != 3 or x.shape[-1] != self.D or not x.shape[1]:
            raise ValueError(f"expected (N, T, {self.D}), got {x.shape}")
        N, T, _ = x.shape
        if h0 is not None and h0.shape != (N, self.H):
            raise ValueError(f"expected ({N}, {self.H}), got {h0.shape}")
        split = lambda a: np.split(a.astype(x.dtype), 3)
        self.Wi, self.Wh = split(self.W_ih), split(self.W_hh)
        bi, bh = split(self.b_ih), split(self.b_hh)
        h = np.zeros((N, self.H), x.dtype) if h0 is None else h0.astype(x.dtype)
        S = lambda v: np.exp(-np.logaddexp(v.dtype.type(0), -v))
        self.x, self.memo, ys = x, [], []
        for t in range(T):
            a = [x[:, t] @ W.T + b for W, b in zip(self.Wi, bi, strict=True)]
            u = [h @ W.T + b for W, b in zip(self.Wh, bh, strict=True)]
            r, z = S(a[0] + u[0]), S(a[1] + u[1])
            n = np.tanh(a[2] + r * u[2])
            self.memo.append((h, r, z, n, u[2]))
            h = n + z * (h - n)
            ys.append(h)
        return np.stack(ys, 1), h + 0

    def backward(self, dL_doutputs, dL_dh_T=None):
        T = len(self.memo)
        dh = np.zeros_like(self.memo[0][0]) if dL_dh_T is None else dL_dh_T.astype(self.x.dtype)
        A, B = [None] * T, [None] * T
        for t in range(T - 1, -1, -1):
            h, r, z, n, q = self.memo[t]
            dh = dh + dL_doutputs[:, t].astype(self.x.dtype)
            dpn = dh * (1 - z) * (1 - n * n)
            dpr, dpz = dpn * q * (r - r * r), dh * (h - n) * (z - z * z)
            A[t], B[t] = (dpr, dpz, dpn), (dpr, dpz, dpn * r)
            dh = dh * z + sum(b @ W for b, W in zip(B[t], self.Wh, strict=True))
        A = [np.stack(c, 1) for c in zip(*A, strict=True)]
        B = [np.stack(c, 1) for c in zip(*B, strict=True)]
        hs = np.stack([m[0] for m in self.memo], 1)
        self.dL_dW_ih = np.concatenate([np.einsum("nth,ntd->hd", a, self.x) for a in A])
        self.dL_dW_hh = np.concatenate([np.einsum("nth,ntk->hk", b, hs) for b in B])
        self.dL_db_ih, self.dL_db_hh = (np.concatenate([s.sum((0, 1)) for s in side]) for side in (A, B))
        return sum(a @ W for a, W in zip(A, self.Wi, strict=True)), dh
