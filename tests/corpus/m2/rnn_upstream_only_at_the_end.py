# exercise = "m2_rnn/rnn.py"
# mistake = "only the last output's gradient is used; those of earlier outputs are dropped"
# caught_by = ["m2.rnn.backward", "m2.rnn.gradient", "m2.rnn.parameters"]
# names = "every output|each (step|output)|last|earlier|own output"
# methods = true
import numpy as np


class RNN:
    def backward(self, dL_doutputs, dL_dh_T=None):
        steps, h, W_ih, W_hh = self.cache
        T, N, H = h[1:].shape
        dh = dL_doutputs[:, -1] + (0 if dL_dh_T is None else dL_dh_T)
        da = np.empty_like(h[1:])
        for t in reversed(range(T)):
            da[t] = dh * (1 - h[t + 1] ** 2)
            dh = da[t] @ W_hh
        da = da.reshape(T * N, H)
        self.dL_dW_ih, self.dL_dW_hh = da.T @ steps, da.T @ h[:-1].reshape(T * N, H)
        self.dL_db_ih, self.dL_db_hh = da.sum(0), da.sum(0)
        return (da @ W_ih).reshape(T, N, -1).transpose(1, 0, 2).copy(), dh
