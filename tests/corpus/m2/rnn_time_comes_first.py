# exercise = "m2_rnn/rnn.py"
# mistake = "the outputs are stacked along axis 0: (T, N, H)"
# caught_by = ["m2.rnn.*"]
# names = "transpose"
# methods = true
import numpy as np


class RNN:
    def forward(self, x, h0=None):
        self._check_input(x, h0)
        N, T, _ = x.shape
        Wi, Wh, b = (p.astype(x.dtype) for p in (self.W_ih, self.W_hh, self.b_ih + self.b_hh))
        h = np.zeros((N, self.hidden_size), x.dtype) if h0 is None else h0.astype(x.dtype)
        states = [h]
        for t in range(T):
            h = np.tanh(x[:, t] @ Wi.T + h @ Wh.T + b)
            states.append(h)
        self.cache = x.transpose(1, 0, 2).reshape(T * N, -1), np.stack(states), Wi, Wh
        return np.stack(states[1:]), h.copy()
