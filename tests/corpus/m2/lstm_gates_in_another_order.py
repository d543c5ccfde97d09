# exercise = "m2_rnn/lstm.py"
# mistake = "gate order i, f, o, g as in cs231n, not i, f, g, o"
# caught_by = ["m2.lstm.forward"]
# names = "order|i, f, g, o|gate"
import numpy as np


def sig(a):
    return 0.5 * np.tanh(0.5 * a) + 0.5


class LSTM:
    def __init__(self, input_size, hidden_size, *, rng=None):
        rng = rng or np.random.default_rng()
        self.D, self.H = input_size, hidden_size
        k = 1 / np.sqrt(hidden_size)
        self.W_ih = rng.uniform(-k, k, (4 * hidden_size, input_size))
        self.W_hh = rng.uniform(-k, k, (4 * hidden_size, hidden_size))
        self.b_ih = rng.uniform(-k, k, 4 * hidden_size)
        self.b_hh = rng.uniform(-k, k, 4 * hidden_size)

    def forward(self, x, state=None):
        if x.ndim != 3 or x.shape[2] != self.D or x.shape[1] == 0:
            raise ValueError(f"expected (N, T, {self.D}), got {x.shape}")
        N, T, _ = x.shape
        H, dt = self.H, x.dtype
        h, c = state if state is not None else (np.zeros((N, H), dt), np.zeros((N, H), dt))
        if h.shape != (N, H) or c.shape != (N, H):
            raise ValueError(f"expected states of ({N}, {H}), got {h.shape}, {c.shape}")
        self.steps, self.x, outs = [], x, []
        for t in range(T):
            a = (x[:, t] @ self.W_ih.T + self.b_ih + h @ self.W_hh.T + self.b_hh).astype(dt)
            i, f, o, g = sig(a[:, :H]), sig(a[:, H : 2 * H]), sig(a[:, 2 * H : 3 * H]), np.tanh(a[:, 3 * H :])
            cn = (f * c + i * g).astype(dt)
            tc = np.tanh(cn)
            self.steps.append((h, c, i, f, o, g, tc))
            h, c = (o * tc).astype(dt), cn
            outs.append(h)
        return np.stack(outs, 1), (h.copy(), c.copy())

    def backward(self, dL_doutputs, dL_dstate=None):
        N, T, H = dL_doutputs.shape
        dt = self.x.dtype
        dh, dc = (np.zeros((N, H), dt), np.zeros((N, H), dt)) if dL_dstate is None else dL_dstate
        dx = np.zeros_like(self.x)
        dWi, dWh, db = np.zeros(self.W_ih.shape), np.zeros(self.W_hh.shape), np.zeros(4 * H)
        for t in reversed(range(T)):
            hp, cp, i, f, o, g, tc = self.steps[t]
            dh = dh + dL_doutputs[:, t]
            dc = dc + dh * o * (1 - tc**2)
            da = np.hstack([dc * g * i * (1 - i), dc * cp * f * (1 - f), dh * tc * o * (1 - o), dc * i * (1 - g**2)])
            dWi += da.T @ self.x[:, t]
            dWh += da.T @ hp
            db += da.sum(0)
            dx[:, t] = da @ self.W_ih
            dh, dc = (da @ self.W_hh).astype(dt), (dc * f).astype(dt)
        self.dL_dW_ih, self.dL_dW_hh, self.dL_db_ih, self.dL_db_hh = dWi, dWh, db, db.copy()
        return dx, (dh, dc)
