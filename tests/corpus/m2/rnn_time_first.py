# exercise = "m2_rnn/rnn.py"
# mistake = "x is read as (T, N, D), the layout of PyTorch's default"
# caught_by = ["m2.rnn.forward", "m2.rnn.errors"]
# names = "\\(N, T, D\\)|batch.first|time|axes|batch"
# misnames = "same state|carry the state"
import numpy as np


class RNN:
    def __init__(self, input_size, hidden_size, *, rng=None):
        rng = rng or np.random.default_rng()
        self.I, self.H = input_size, hidden_size
        b = 1 / np.sqrt(hidden_size)
        self.W_ih, self.W_hh = rng.uniform(-b, b, (hidden_size, input_size)), rng.uniform(-b, b, (hidden_size, hidden_size))
        self.b_ih, self.b_hh = rng.uniform(-b, b, (2, hidden_size)).copy()

    def forward(self, x, h0=None):
        if x.ndim != 3 or x.shape[-1] != self.I or 0 in x.shape:
            raise ValueError(f"expected three axes with {self.I} features, got {x.shape}")
        h = np.zeros((x.shape[1], self.H), x.dtype) if h0 is None else h0
        self.x, self.h = x, [h]
        for xt in x:
            h = np.tanh(xt @ self.W_ih.T + self.b_ih + h @ self.W_hh.T + self.b_hh).astype(x.dtype)
            self.h.append(h)
        return np.stack(self.h[1:]), h

    def backward(self, dL_doutputs, dL_dh_T=None):
        dh = np.zeros_like(self.h[0]) if dL_dh_T is None else dL_dh_T
        dx = np.zeros_like(self.x)
        self.dL_dW_ih, self.dL_dW_hh = np.zeros_like(self.W_ih), np.zeros_like(self.W_hh)
        self.dL_db_ih = np.zeros_like(self.b_ih)
        for t in reversed(range(len(self.x))):
            da = (dh + dL_doutputs[t]) * (1 - self.h[t + 1] ** 2)
            self.dL_dW_ih += da.T @ self.x[t]
            self.dL_dW_hh += da.T @ self.h[t]
            self.dL_db_ih += da.sum(0)
            dx[t] = da @ self.W_ih
            dh = da @ self.W_hh
        self.dL_db_hh = self.dL_db_ih.copy()
        return dx, dh.astype(self.x.dtype)
