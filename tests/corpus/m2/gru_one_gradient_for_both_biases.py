# exercise = "m2_rnn/gru.py"
# mistake = "dL_db_hh is a copy of dL_db_ih, as in the RNN; the candidate's part lacks the factor r"
# caught_by = ["m2.gru.parameters", "m2.gru.gradient"]
# names = "\\br\\b|reset|candidate|dL_db_ih"
# methods = true
import numpy as np


class GRU:
    def backward(self, dL_doutputs, dL_dh_T=None):
        steps, gates, q, h, W_ih, W_hh = self.cache
        T, N, H = h[1:].shape
        dh = np.zeros((N, H), h.dtype) if dL_dh_T is None else dL_dh_T
        dx_side, dh_side = np.empty_like(gates), np.empty_like(gates)
        for t in reversed(range(T)):
            r, z, n = np.split(gates[t], 3, axis=1)
            dh = dh + dL_doutputs[:, t]
            da_n = dh * (1 - z) * (1 - n**2)
            da_r = da_n * q[t] * r * (1 - r)
            da_z = dh * (h[t] - n) * z * (1 - z)
            dx_side[t] = np.hstack([da_r, da_z, da_n])
            dh_side[t] = np.hstack([da_r, da_z, da_n * r])
            dh = dh * z + dh_side[t] @ W_hh
        dx_side, dh_side = dx_side.reshape(T * N, -1), dh_side.reshape(T * N, -1)
        self.dL_dW_ih = dx_side.T @ steps
        self.dL_dW_hh = dh_side.T @ h[:-1].reshape(T * N, H)
        self.dL_db_ih = dx_side.sum(0)
        self.dL_db_hh = dx_side.sum(0)
        return (dx_side @ W_ih).reshape(T, N, -1).transpose(1, 0, 2).copy(), dh
