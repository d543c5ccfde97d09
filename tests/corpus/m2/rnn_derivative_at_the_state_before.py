# exercise = "m2_rnn/rnn.py"
# mistake = "1 - h² taken with the state before the step, an index off by one"
# caught_by = ["m2.rnn.backward", "m2.rnn.gradient", "m2.rnn.parameters"]
# names = "h\\[t\\]|before (the|this) step|previous|off by one|h\\[t \\+ 1\\]|one step"
# methods = true
import numpy as np


class RNN:
    def backward(self, dL_doutputs, dL_dh_T=None):
        steps, h, W_ih, W_hh = self.cache
        T, N, H = h[1:].shape
        dh = np.zeros((N, H), h.dtype) if dL_dh_T is None else dL_dh_T.astype(h.dtype)
        da = np.zeros((T, N, H), h.dtype)
        for t in reversed(range(T)):
            dh = dh + dL_doutputs[:, t]
            da[t] = dh * (1 - h[t] ** 2)
            dh = da[t] @ W_hh
        da = da.reshape(T * N, H)
        self.dL_dW_ih, self.dL_dW_hh = da.T @ steps, da.T @ h[:-1].reshape(T * N, H)
        self.dL_db_ih, self.dL_db_hh = da.sum(0), da.sum(0)
        return (da @ W_ih).reshape(T, N, -1).transpose(1, 0, 2).copy(), dh
