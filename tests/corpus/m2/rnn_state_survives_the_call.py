# exercise = "m2_rnn/rnn.py"
# mistake = "without h0 the state of the previous call is continued (stateful)"
# caught_by = ["m2.rnn.behaviour", "m2.rnn.forward", "m2.rnn.gradient"]
# names = "previous call|earlier call|carr|state|zeros|second"
# methods = true
import numpy as np


class RNN:
    def forward(self, x, h0=None):
        self._check_input(x, h0)
        N, T, D = x.shape
        if h0 is None:
            last = getattr(self, "last", None)
            h0 = last if last is not None and last.shape == (N, self.hidden_size) else np.zeros((N, self.hidden_size))
        W_ih, W_hh, b_ih, b_hh = (p.astype(x.dtype) for p in (self.W_ih, self.W_hh, self.b_ih, self.b_hh))
        h = np.empty((T + 1, N, self.hidden_size), x.dtype)
        h[0] = h0
        for t in range(T):
            h[t + 1] = np.tanh(x[:, t] @ W_ih.T + b_ih + h[t] @ W_hh.T + b_hh)
        self.last = h[T].copy()
        self.cache = x.transpose(1, 0, 2).reshape(T * N, D), h, W_ih, W_hh
        return h[1:].transpose(1, 0, 2).copy(), h[T].copy()
