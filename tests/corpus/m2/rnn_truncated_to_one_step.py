# exercise = "m2_rnn/rnn.py"
# mistake = "the gradient of a step does not go on to the step before"
# caught_by = ["m2.rnn.backward", "m2.rnn.gradient", "m2.rnn.parameters"]
# names = "through time|next step|later step|previous step|earlier step|step to step|one step|carried|does not flow|only its own|time step"
import numpy as np


class RNN:
    def __init__(self, input_size, hidden_size, *, rng=None):
        rng = rng or np.random.default_rng()
        k = hidden_size**-0.5
        self.D, self.H = input_size, hidden_size
        self.W_ih = rng.uniform(-k, k, (hidden_size, input_size))
        self.W_hh = rng.uniform(-k, k, (hidden_size, hidden_size))
        self.b_ih = rng.uniform(-k, k, hidden_size)
        self.b_hh = rng.uniform(-k, k, hidden_size)

    def forward(self, x, h0=None):
        if x.ndim != 3 or x.shape[1] == 0 or x.shape[2] != self.D:
            raise ValueError(f"expected (N, T >= 1, {self.D}), got {x.shape}")
        if h0 is not None and h0.shape != (len(x), self.H):
            raise ValueError(f"expected h0 ({len(x)}, {self.H}), got {h0.shape}")
        h = np.zeros((len(x), self.H), x.dtype) if h0 is None else np.asarray(h0, x.dtype)
        self.x, self.hs = x, [h]
        for t in range(x.shape[1]):
            z = x[:, t] @ self.W_ih.T + self.b_ih + h @ self.W_hh.T + self.b_hh
            h = np.tanh(z).astype(x.dtype)
            self.hs.append(h)
        return np.stack(self.hs[1:], axis=1), h.copy()

    def backward(self, dL_doutputs, dL_dh_T=None):
        N, T, H = dL_doutputs.shape
        dx = np.zeros_like(self.x)
        self.dL_dW_ih, self.dL_dW_hh = np.zeros_like(self.W_ih), np.zeros_like(self.W_hh)
        self.dL_db_ih, self.dL_db_hh = np.zeros(H), np.zeros(H)
        for t in reversed(range(T)):
            dh = dL_doutputs[:, t].copy()
            if t == T - 1 and dL_dh_T is not None:
                dh += dL_dh_T
            dz = dh * (1 - self.hs[t + 1] ** 2)
            self.dL_dW_ih += dz.T @ self.x[:, t]
            self.dL_dW_hh += dz.T @ self.hs[t]
            self.dL_db_ih += dz.sum(0)
            self.dL_db_hh += dz.sum(0)
            dx[:, t] = dz @ self.W_ih
        return dx, (dz @ self.W_hh).astype(self.x.dtype)
