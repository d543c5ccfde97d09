# exercise = "m2_rnn/rnn.py"
# mistake = "the parameter gradients are clipped to ±5 inside backward, as in min-char-rnn"
# caught_by = ["m2.rnn.parameters", "m2.rnn.gradient", "m2.rnn.backward"]
# names = "clip|limit"
# methods = true
import numpy as np


class RNN:
    def backward(self, dL_doutputs, dL_dh_T=None):
        steps, h, W_ih, W_hh = self.cache
        T, N, H = h[1:].shape
        dh = np.zeros((N, H), h.dtype) if dL_dh_T is None else dL_dh_T
        da = np.empty_like(h[1:])
        for t in reversed(range(T)):
            da[t] = (dh + dL_doutputs[:, t]) * (1 - h[t + 1] ** 2)
            dh = da[t] @ W_hh
        da = da.reshape(T * N, H)
        self.dL_dW_ih, self.dL_dW_hh = da.T @ steps, da.T @ h[:-1].reshape(T * N, H)
        self.dL_db_ih, self.dL_db_hh = da.sum(0), da.sum(0)
        for g in (self.dL_dW_ih, self.dL_dW_hh, self.dL_db_ih, self.dL_db_hh):
            np.clip(g, -5, 5, out=g)
        return (da @ W_ih).reshape(T, N, -1).transpose(1, 0, 2).copy(), dh
