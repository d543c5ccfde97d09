# exercise = "m2_rnn/rnn.py"
# mistake = "h @ W_hh without the transpose (square, so nothing complains), forward and backward alike"
# caught_by = ["m2.rnn.forward"]
# names = "transpos|W_hh"
import numpy as np


class RNN:
    def __init__(self, input_size, hidden_size, *, rng=None):
        rng = rng or np.random.default_rng()
        self.input_size, self.hidden_size = input_size, hidden_size
        a = 1.0 / np.sqrt(hidden_size)
        for name, shape in dict(W_ih=(hidden_size, input_size), W_hh=(hidden_size,) * 2,
                                b_ih=hidden_size, b_hh=hidden_size).items():
            setattr(self, name, rng.uniform(-a, a, shape))

    def forward(self, x, h0=None):
        if x.ndim != 3 or x.shape[2] != self.input_size or x.shape[1] < 1:
            raise ValueError(f"x: {x.shape}")
        if h0 is not None and h0.shape != (x.shape[0], self.hidden_size):
            raise ValueError(f"h0: {h0.shape}")
        self.x = x
        out = np.zeros((x.shape[0], x.shape[1] + 1, self.hidden_size), x.dtype)
        if h0 is not None:
            out[:, 0] = h0
        for t in range(x.shape[1]):
            out[:, t + 1] = np.tanh(x[:, t] @ self.W_ih.T + out[:, t] @ self.W_hh + self.b_ih + self.b_hh)
        self.out = out
        return out[:, 1:].copy(), out[:, -1].copy()

    def backward(self, dL_doutputs, dL_dh_T=None):
        dh = 0 if dL_dh_T is None else dL_dh_T
        dx = np.empty_like(self.x)
        self.dL_dW_ih, self.dL_dW_hh = 0, 0
        self.dL_db_ih = np.zeros(self.hidden_size)
        for t in range(self.x.shape[1] - 1, -1, -1):
            dz = (dL_doutputs[:, t] + dh) * (1 - self.out[:, t + 1] ** 2)
            self.dL_dW_ih = self.dL_dW_ih + dz.T @ self.x[:, t]
            self.dL_dW_hh = self.dL_dW_hh + self.out[:, t].T @ dz
            self.dL_db_ih += dz.sum(0)
            dx[:, t] = dz @ self.W_ih
            dh = dz @ self.W_hh.T
        self.dL_db_hh = self.dL_db_ih.copy()
        return dx, dh.astype(self.x.dtype)
