# exercise = "m2_rnn/lstm.py"
# mistake = "the candidate g is differentiated as a sigmoid, g (1 - g)"
# caught_by = ["m2.lstm.backward", "m2.lstm.gradient", "m2.lstm.parameters"]
# names = "candidate|\\bg\\b|tanh"
# methods = true
import numpy as np


class LSTM:
    def backward(self, dL_doutputs, dL_dstate=None):
        steps, gates, h, c, W_ih, W_hh = self.cache
        T, N, H = h[1:].shape
        dh, dc = np.zeros((2, N, H), h.dtype) if dL_dstate is None else dL_dstate
        da = np.empty_like(gates)
        for t in reversed(range(T)):
            s = gates[t]
            i, f, g, o = np.split(s, 4, axis=1)
            tc = np.tanh(c[t + 1])
            dh = dh + dL_doutputs[:, t]
            dc = dc + dh * o * (1 - tc**2)
            up = np.concatenate([dc * g, dc * c[t], dc * i, dh * tc], axis=1)
            da[t] = up * s * (1 - s)
            dh, dc = da[t] @ W_hh, dc * f
        da = da.reshape(T * N, -1)
        self.dL_dW_ih, self.dL_dW_hh = da.T @ steps, da.T @ h[:-1].reshape(T * N, H)
        self.dL_db_ih = da.sum(0)
        self.dL_db_hh = da.sum(0)
        return (da @ W_ih).reshape(T, N, -1).transpose(1, 0, 2).copy(), (dh, dc)
