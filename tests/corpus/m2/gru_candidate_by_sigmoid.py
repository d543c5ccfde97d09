# exercise = "m2_rnn/gru.py"
# mistake = "the candidate goes through a sigmoid"
# caught_by = ["m2.gru.forward"]
# names = "tanh|candidate"
# methods = true
import numpy as np


class GRU:
    def forward(self, x, h0=None):
        self._check_input(x, h0)
        (N, T, D), H = x.shape, self.hidden_size
        W_ih, W_hh, b_ih, b_hh = (p.astype(x.dtype) for p in (self.W_ih, self.W_hh, self.b_ih, self.b_hh))
        h = np.zeros((T + 1, N, H), x.dtype)
        if h0 is not None:
            h[0] = h0
        gates, q = x.transpose(1, 0, 2) @ W_ih.T + b_ih, np.empty((T, N, H), x.dtype)
        for t in range(T):
            hid = h[t] @ W_hh.T + b_hh
            r, z, n = np.split(gates[t], 3, axis=1)
            r += hid[:, :H]
            z += hid[:, H : 2 * H]
            q[t] = hid[:, 2 * H :]
            _sigmoid(r), _sigmoid(z)
            n += r * q[t]
            _sigmoid(n)
            h[t + 1] = (1 - z) * n + z * h[t]
        self.cache = x.transpose(1, 0, 2).reshape(T * N, D), gates, q, h, W_ih, W_hh
        return h[1:].transpose(1, 0, 2).copy(), h[T].copy()
