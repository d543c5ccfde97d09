# exercise = "m2_rnn/rnn.py"
# mistake = "each step uses h0, not the state of the step before"
# caught_by = ["m2.rnn.forward", "m2.rnn.gradient"]
# names = "h0|previous (state|step)|step before|carried|initial state|every step"
# methods = true
import numpy as np


class RNN:
    def forward(self, x, h0=None):
        self._check_input(x, h0)
        N, T, D = x.shape
        H = self.hidden_size
        W_ih, W_hh, b_ih, b_hh = (p.astype(x.dtype) for p in (self.W_ih, self.W_hh, self.b_ih, self.b_hh))
        state = np.zeros((N, H), x.dtype) if h0 is None else h0.astype(x.dtype)
        h = np.zeros((T + 1, N, H), x.dtype)
        h[0] = state
        for t in range(T):
            h[t + 1] = np.tanh(x[:, t] @ W_ih.T + b_ih + state @ W_hh.T + b_hh)
        self.cache = x.transpose(1, 0, 2).reshape(T * N, D), h, W_ih, W_hh
        return h[1:].transpose(1, 0, 2).copy(), h[T].copy()
