# exercise = "m2_rnn/lstm.py"
# mistake = "the gradient of h does not reach the cell: dc misses dh · o · (1 - tanh²)"
# caught_by = ["m2.lstm.backward", "m2.lstm.gradient", "m2.lstm.parameters"]
# names = "cell|output gate|tanh|dL_dh"
# methods = true
import numpy as np


class LSTM:
    def backward(self, dL_doutputs, dL_dstate=None):
        steps, gates, h, c, W_ih, W_hh = self.cache
        T, N, H = h[1:].shape
        dh, dc = np.zeros((2, N, H), h.dtype) if dL_dstate is None else dL_dstate
        da = np.empty_like(gates)
        for t in reversed(range(T)):
            i, f, g, o = np.split(gates[t], 4, axis=1)
            tc = np.tanh(c[t + 1])
            dh = dh + dL_doutputs[:, t]
            dc = dc + dh * o
            da[t] = np.hstack([dc * g * i * (1 - i), dc * c[t] * f * (1 - f), dc * i * (1 - g**2), dh * tc * o * (1 - o)])
            dh, dc = da[t] @ W_hh, dc * f
        da = da.reshape(T * N, -1)
        self.dL_dW_ih, self.dL_dW_hh = da.T @ steps, da.T @ h[:-1].reshape(T * N, H)
        self.dL_db_ih, self.dL_db_hh = da.sum(0), da.sum(0)
        return (da @ W_ih).reshape(T, N, -1).transpose(1, 0, 2).copy(), (dh, dc)
