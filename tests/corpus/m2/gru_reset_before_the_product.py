# exercise = "m2_rnn/gru.py"
# mistake = "tanh(W x + W_hh (r · h)): reset applied before the hidden product, as in the paper"
# caught_by = ["m2.gru.forward"]
# names = "reset|before|after|product|\\br\\b"
import numpy as np


def sigmoid(v):
    return np.where(v > 0, 1, np.exp(np.minimum(v, 0))) / (1 + np.exp(-np.abs(v)))


class GRU:
    def __init__(self, input_size, hidden_size, *, rng=None):
        rng = rng or np.random.default_rng()
        self.D, self.H = input_size, hidden_size
        k = 1 / np.sqrt(hidden_size)
        self.W_ih = rng.uniform(-k, k, (3 * hidden_size, input_size))
        self.W_hh = rng.uniform(-k, k, (3 * hidden_size, hidden_size))
        self.b_ih, self.b_hh = rng.uniform(-k, k, 3 * hidden_size), rng.uniform(-k, k, 3 * hidden_size)

    def forward(self, x, h0=None):
        if x.ndim != 3 or x.shape[2] != self.D or x.shape[1] < 1:
            raise ValueError(f"expected (N, T, {self.D}), got {x.shape}")
        N, T, _ = x.shape
        if h0 is not None and h0.shape != (N, self.H):
            raise ValueError(f"expected ({N}, {self.H}), got {h0.shape}")
        dt = x.dtype
        Wi, Wh, bi, bh = (p.astype(dt) for p in (self.W_ih, self.W_hh, self.b_ih, self.b_hh))
        H = self.H
        h = np.zeros((N, H), dt) if h0 is None else h0.astype(dt)
        self.x, self.tape, outs = x, [], []
        for t in range(T):
            xi = x[:, t] @ Wi.T + bi
            rz = sigmoid(xi[:, : 2 * H] + h @ Wh[: 2 * H].T + bh[: 2 * H])
            r, z = rz[:, :H], rz[:, H:]
            n = np.tanh(xi[:, 2 * H :] + (r * h) @ Wh[2 * H :].T + bh[2 * H :])
            self.tape.append((h, r, z, n))
            h = (1 - z) * n + z * h
            outs.append(h)
        return np.stack(outs, axis=1), h.copy()

    def backward(self, dL_doutputs, dL_dh_T=None):
        H, dt = self.H, self.x.dtype
        Wi, Wh = self.W_ih.astype(dt), self.W_hh.astype(dt)
        dh = np.zeros_like(self.tape[0][0]) if dL_dh_T is None else dL_dh_T
        dx = np.zeros_like(self.x)
        dWi, dWh, db = np.zeros(Wi.shape), np.zeros(Wh.shape), np.zeros(3 * H)
        for t in reversed(range(len(self.tape))):
            h, r, z, n = self.tape[t]
            dh = dh + dL_doutputs[:, t]
            dn = dh * (1 - z) * (1 - n * n)
            drh = dn @ Wh[2 * H :]
            dr, dz = drh * h * r * (1 - r), dh * (h - n) * z * (1 - z)
            da = np.hstack([dr, dz, dn])
            dWi += da.T @ self.x[:, t]
            dWh[: 2 * H] += da[:, : 2 * H].T @ h
            dWh[2 * H :] += dn.T @ (r * h)
            db += da.sum(0)
            dx[:, t] = da @ Wi
            dh = dh * z + drh * r + da[:, : 2 * H] @ Wh[: 2 * H]
        self.dL_dW_ih, self.dL_dW_hh, self.dL_db_ih, self.dL_db_hh = dWi, dWh, db, db.copy()
        return dx, dh
