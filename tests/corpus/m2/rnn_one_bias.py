# exercise = "m2_rnn/rnn.py"
# mistake = "b_hh is not added"
# caught_by = ["m2.rnn.forward"]
# names = "b_hh|bias"
# methods = true
import numpy as np


class RNN:
    def forward(self, x, h0=None):
        self._check_input(x, h0)
        N, T, D = x.shape
        W_ih, W_hh, b = (p.astype(x.dtype) for p in (self.W_ih, self.W_hh, self.b_ih))
        h = np.zeros((T + 1, N, self.hidden_size), x.dtype)
        if h0 is not None:
            h[0] = h0
        for t in range(T):
            h[t + 1] = np.tanh(x[:, t] @ W_ih.T + h[t] @ W_hh.T + b)
        self.cache = x.transpose(1, 0, 2).reshape(T * N, D), h, W_ih, W_hh
        return h[1:].transpose(1, 0, 2).copy(), h[T].copy()
