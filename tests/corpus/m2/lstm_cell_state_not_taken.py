# exercise = "m2_rnn/lstm.py"
# mistake = "the c0 that was passed is not used; the cell starts at zero"
# caught_by = ["m2.lstm.forward"]
# names = "c0|first cell|cell.*(start|zero)|initial"
# methods = true
import numpy as np


class LSTM:
    def forward(self, x, state=None):
        self._check_input(x, state)
        (N, T, D), H = x.shape, self.hidden_size
        W_ih, W_hh, b = (p.astype(x.dtype) for p in (self.W_ih, self.W_hh, self.b_ih + self.b_hh))
        h, c = np.zeros((2, T + 1, N, H), x.dtype)
        if state is not None:
            h[0] = state[0]
        gates = x.transpose(1, 0, 2) @ W_ih.T + b
        for t in range(T):
            gates[t] += h[t] @ W_hh.T
            i, f, g, o = np.split(gates[t], 4, axis=1)
            _sigmoid(i), _sigmoid(f), _sigmoid(o)
            g[...] = np.tanh(g)
            c[t + 1] = f * c[t] + i * g
            h[t + 1] = o * np.tanh(c[t + 1])
        self.cache = x.transpose(1, 0, 2).reshape(T * N, D), gates, h, c, W_ih, W_hh
        return h[1:].transpose(1, 0, 2).copy(), (h[T].copy(), c[T].copy())
