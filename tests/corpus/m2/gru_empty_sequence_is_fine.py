# exercise = "m2_rnn/gru.py"
# mistake = "T = 0 is accepted and gives an empty array"
# caught_by = ["m2.gru.errors"]
# names = "time step|T = 0|empty|ValueError|T=0|no step"
# methods = true
import numpy as np


class GRU:
    def _check_input(self, x, h0):
        if x.ndim != 3 or x.shape[2] != self.input_size:
            raise ValueError(f"expected (N, T, {self.input_size}), got {x.shape}")
        if h0 is not None and h0.shape != (len(x), self.hidden_size):
            raise ValueError(f"expected h0 ({len(x)}, {self.hidden_size}), got {h0.shape}")

    def forward(self, x, h0=None):
        self._check_input(x, h0)
        N, T, D = x.shape
        H = self.hidden_size
        W_ih, W_hh, b_ih, b_hh = (p.astype(x.dtype) for p in (self.W_ih, self.W_hh, self.b_ih, self.b_hh))
        h = np.zeros((T + 1, N, H), x.dtype)
        if h0 is not None:
            h[0] = h0
        gates = np.zeros((T, N, 3 * H), x.dtype)
        q = np.zeros((T, N, H), x.dtype)
        for t in range(T):
            gates[t] = x[:, t] @ W_ih.T + b_ih
            r, z, n = np.split(gates[t], 3, axis=1)
            hr, hz, q[t] = np.split(h[t] @ W_hh.T + b_hh, 3, axis=1)
            r += hr
            z += hz
            _sigmoid(r), _sigmoid(z)
            n[...] = np.tanh(n + r * q[t])
            h[t + 1] = (1 - z) * n + z * h[t]
        self.cache = x.transpose(1, 0, 2).reshape(T * N, D), gates, q, h, W_ih, W_hh
        return h[1:].transpose(1, 0, 2).copy(), h[T].copy()
