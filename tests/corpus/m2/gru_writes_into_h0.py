# exercise = "m2_rnn/gru.py"
# mistake = "h = h0 and then h *= z: the caller's h0 is overwritten"
# caught_by = ["m2.gru.behaviour"]
# names = "in place|modif|caller|h0"
import numpy as np


class GRU:
    def __init__(self, input_size, hidden_size, *, rng=None):
        self.input_size, self.hidden_size = input_size, hidden_size
        rng = rng or np.random.default_rng()
        s = hidden_size**-0.5
        self.W_ih = s * (2 * rng.random((3 * hidden_size, input_size)) - 1)
        self.W_hh = s * (2 * rng.random((3 * hidden_size, hidden_size)) - 1)
        self.b_ih = s * (2 * rng.random(3 * hidden_size) - 1)
        self.b_hh = s * (2 * rng.random(3 * hidden_size) - 1)

    def forward(self, x, h0=None):
        if x.ndim != 3 or x.shape[2] != self.input_size or x.shape[1] == 0:
            raise ValueError(f"expected x (N, T, {self.input_size}): {x.shape}")
        N, T, _ = x.shape
        H = self.hidden_size
        if h0 is not None and h0.shape != (N, H):
            raise ValueError(f"expected h0 ({N}, {H}): {h0.shape}")
        h = np.zeros((N, H), x.dtype) if h0 is None else h0
        self.x, self.log = x, []
        out = np.empty((N, T, H), x.dtype)
        for t in range(T):
            gi = (x[:, t] @ self.W_ih.T + self.b_ih).astype(x.dtype)
            gh = (h @ self.W_hh.T + self.b_hh).astype(x.dtype)
            r, z = 0.5 + 0.5 * np.tanh(0.5 * (gi[:, :H] + gh[:, :H])), 0.5 + 0.5 * np.tanh(
                0.5 * (gi[:, H : 2 * H] + gh[:, H : 2 * H]))
            n = np.tanh(gi[:, 2 * H :] + r * gh[:, 2 * H :])
            self.log.append((h.copy(), r, z, n, gh[:, 2 * H :]))
            h *= z
            h += (1 - z) * n
            out[:, t] = h
        return out, h.copy()

    def backward(self, dL_doutputs, dL_dh_T=None):
        N, T, H = dL_doutputs.shape
        dh = np.zeros((N, H), self.x.dtype) if dL_dh_T is None else dL_dh_T
        dx = np.empty_like(self.x)
        acc = [np.zeros(p.shape) for p in (self.W_ih, self.W_hh, self.b_ih, self.b_hh)]
        for t in reversed(range(T)):
            h, r, z, n, q = self.log[t]
            dh = dh + dL_doutputs[:, t]
            dn = dh * (1 - z) * (1 - n**2)
            dr, dz = dn * q * r * (1 - r), dh * (h - n) * z * (1 - z)
            a, b = np.hstack([dr, dz, dn]), np.hstack([dr, dz, dn * r])
            for total, part in zip(acc, (a.T @ self.x[:, t], b.T @ h, a.sum(0), b.sum(0)), strict=True):
                total += part
            dx[:, t] = a @ self.W_ih
            dh = (dh * z + b @ self.W_hh).astype(self.x.dtype)
        self.dL_dW_ih, self.dL_dW_hh, self.dL_db_ih, self.dL_db_hh = acc
        return dx, dh
