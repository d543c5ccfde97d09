# exercise = "m2_rnn/lstm.py"
# mistake = "the cell's gradient from the later step is overwritten, not added to"
# caught_by = ["m2.lstm.backward", "m2.lstm.gradient", "m2.lstm.parameters"]
# names = "cell|dL_dc|later step|add"
import numpy as np


class LSTM:
    def __init__(self, input_size, hidden_size, *, rng=None):
        rng = rng or np.random.default_rng()
        self.I, self.H = input_size, hidden_size
        u = lambda *s: rng.uniform(-(hidden_size**-0.5), hidden_size**-0.5, s)
        self.W_ih, self.W_hh = u(4 * hidden_size, input_size), u(4 * hidden_size, hidden_size)
        self.b_ih, self.b_hh = u(4 * hidden_size), u(4 * hidden_size)

    def forward(self, x, state=None):
        if x.ndim != 3 or x.shape[2] != self.I or x.shape[1] < 1:
            raise ValueError(f"x must be (N, T, {self.I}), is {x.shape}")
        N, T = x.shape[:2]
        if state is None:
            state = np.zeros((2, N, self.H), x.dtype)
        if any(s.shape != (N, self.H) for s in state):
            raise ValueError(f"states must be ({N}, {self.H}): {[s.shape for s in state]}")
        h, c = (np.asarray(s, x.dtype) for s in state)
        self.H_, self.C_, self.G_ = [h], [c], []
        self.x = x
        for t in range(T):
            a = x[:, t] @ self.W_ih.T.astype(x.dtype) + h @ self.W_hh.T.astype(x.dtype)
            a = a + (self.b_ih + self.b_hh).astype(x.dtype)
            a = a.reshape(N, 4, self.H)
            s = (1 + np.tanh(a / 2)) / 2
            i, f, g, o = s[:, 0], s[:, 1], np.tanh(a[:, 2]), s[:, 3]
            c = f * c + i * g
            h = o * np.tanh(c)
            self.G_.append((i, f, g, o)), self.H_.append(h), self.C_.append(c)
        return np.stack(self.H_[1:], 1), (h.copy(), c.copy())

    def backward(self, dL_doutputs, dL_dstate=None):
        N, T, H = dL_doutputs.shape
        dh, dc = np.zeros((2, N, H), self.x.dtype) if dL_dstate is None else dL_dstate
        das = np.zeros((N, T, 4 * H), self.x.dtype)
        for t in range(T)[::-1]:
            i, f, g, o = self.G_[t]
            th = np.tanh(self.C_[t + 1])
            dh = dh + dL_doutputs[:, t]
            if t == T - 1:
                dc = dc + dh * o * (1 - th * th)
            else:
                dc = dh * o * (1 - th * th)
            das[:, t] = np.concatenate(
                [dc * g * i * (1 - i), dc * self.C_[t] * f * (1 - f), dc * i * (1 - g * g), dh * th * o * (1 - o)], 1)
            dh, dc = das[:, t] @ self.W_hh.astype(self.x.dtype), dc * f
        hs = np.stack(self.H_[:-1], 1)
        self.dL_dW_ih = np.einsum("nta,ntd->ad", das, self.x)
        self.dL_dW_hh = np.einsum("nta,nth->ah", das, hs)
        self.dL_db_ih = das.sum((0, 1))
        self.dL_db_hh = self.dL_db_ih.copy()
        return das @ self.W_ih.astype(self.x.dtype), (dh, dc)
