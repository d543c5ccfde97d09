# exercise = "m2_rnn/rnn.py"
# mistake = "ReLU in place of tanh, forward and backward alike"
# caught_by = ["m2.rnn.forward"]
# names = "tanh|ReLU"
import numpy as np


class RNN:
    def __init__(self, input_size, hidden_size, *, rng=None):
        rng = rng or np.random.default_rng()
        self.D, self.H, k = input_size, hidden_size, hidden_size**-0.5
        self.W_ih, self.W_hh = rng.uniform(-k, k, (hidden_size, input_size)), rng.uniform(-k, k, (hidden_size, hidden_size))
        self.b_ih, self.b_hh = rng.uniform(-k, k, hidden_size), rng.uniform(-k, k, hidden_size)

    def forward(self, x, h0=None):
        if x.ndim != 3 or x.shape[2] != self.D or x.shape[1] == 0:
            raise ValueError(f"expected (N, T, {self.D}), got {x.shape}")
        h = np.zeros((len(x), self.H), x.dtype) if h0 is None else h0
        self.x, self.h = x, [h]
        for t in range(x.shape[1]):
            h = np.maximum(0, x[:, t] @ self.W_ih.T + h @ self.W_hh.T + self.b_ih + self.b_hh).astype(x.dtype)
            self.h.append(h)
        return np.stack(self.h[1:], 1), h.copy()

    def backward(self, dL_doutputs, dL_dh_T=None):
        dh = np.zeros_like(self.h[0]) if dL_dh_T is None else dL_dh_T
        da = np.zeros((len(self.x), self.x.shape[1], self.H), self.x.dtype)
        for t in reversed(range(self.x.shape[1])):
            da[:, t] = (dh + dL_doutputs[:, t]) * (self.h[t + 1] > 0)
            dh = (da[:, t] @ self.W_hh).astype(self.x.dtype)
        self.dL_dW_ih = np.einsum("nth,ntd->hd", da, self.x)
        self.dL_dW_hh = np.einsum("nth,ntk->hk", da, np.stack(self.h[:-1], 1))
        self.dL_db_ih, self.dL_db_hh = da.sum((0, 1)), da.sum((0, 1))
        return (da @ self.W_ih).astype(self.x.dtype), dh
