# exercise = "m2_rnn/gru.py"
# mistake = "the direct path of the state, dh · z, is missing in backward"
# caught_by = ["m2.gru.backward", "m2.gru.gradient", "m2.gru.parameters"]
# names = "\\bz\\b|kept|keeps|direct|update gate"
# methods = true
import numpy as np


class GRU:
    def backward(self, dL_doutputs, dL_dh_T=None):
        steps, gates, q, h, W_ih, W_hh = self.cache
        T, N, H = h[1:].shape
        dh = np.zeros((N, H), h.dtype) if dL_dh_T is None else dL_dh_T
        xs, hs = np.empty_like(gates), np.empty_like(gates)
        for t in reversed(range(T)):
            r, z, n = np.split(gates[t], 3, axis=1)
            dh = dh + dL_doutputs[:, t]
            da_n = dh * (1 - z) * (1 - n**2)
            both = np.hstack([da_n * q[t] * r * (1 - r), dh * (h[t] - n) * z * (1 - z)])
            xs[t], hs[t] = np.hstack([both, da_n]), np.hstack([both, da_n * r])
            dh = hs[t] @ W_hh
        xs, hs = xs.reshape(T * N, -1), hs.reshape(T * N, -1)
        self.dL_dW_ih, self.dL_db_ih = xs.T @ steps, xs.sum(0)
        self.dL_dW_hh, self.dL_db_hh = hs.T @ h[:-1].reshape(T * N, H), hs.sum(0)
        return (xs @ W_ih).reshape(T, N, -1).transpose(1, 0, 2).copy(), dh
