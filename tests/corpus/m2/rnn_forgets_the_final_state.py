# exercise = "m2_rnn/rnn.py"
# mistake = "dL_dh_T is not used"
# caught_by = ["m2.rnn.backward", "m2.rnn.gradient", "m2.rnn.parameters"]
# names = "dL_dh_T|final state|last state|h_T"
# methods = true
import numpy as np


class RNN:
    def backward(self, dL_doutputs, dL_dh_T=None):
        steps, h, W_ih, W_hh = self.cache
        T, N, H = h[1:].shape
        back = np.zeros((N, H), h.dtype)
        das = []
        for t in range(T - 1, -1, -1):
            da = (dL_doutputs[:, t] + back) * (1 - h[t + 1] * h[t + 1])
            das.insert(0, da)
            back = da @ W_hh
        da = np.concatenate(das).astype(h.dtype)
        self.dL_dW_ih = da.T @ steps
        self.dL_dW_hh = da.T @ h[:T].reshape(T * N, H)
        self.dL_db_ih = da.sum(0)
        self.dL_db_hh = da.sum(0)
        return (da @ W_ih).reshape(T, N, -1).swapaxes(0, 1).copy(), back.astype(h.dtype)
