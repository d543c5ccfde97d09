# exercise = "m2_rnn/gru.py"
# right = true
# note = "forward and backward call themselves on what is left of the sequence"
# methods = true
import numpy as np


class GRU:
    def forward(self, x, h0=None):
        self._check_input(x, h0)
        H = self.hidden_size
        Wi, Wh, bi, bh = (p.astype(x.dtype) for p in (self.W_ih, self.W_hh, self.b_ih, self.b_hh))
        self._trail = []

        def run(rest, h):
            if not rest:
                return [], h
            u, w = rest[0] @ Wi.T + bi, h @ Wh.T + bh
            r, z = (0.5 * np.tanh(0.5 * (u[:, k * H : k * H + H] + w[:, k * H : k * H + H])) + 0.5 for k in (0, 1))
            n = np.tanh(u[:, 2 * H :] + r * w[:, 2 * H :])
            new = n + z * (h - n)
            self._trail.append((rest[0].copy(), h, r, z, n, w[:, 2 * H :]))
            outs, last = run(rest[1:], new)
            return [new, *outs], last

        start = np.zeros((len(x), H), x.dtype) if h0 is None else h0.astype(x.dtype)
        outs, last = run([x[:, t] for t in range(x.shape[1])], start)
        self._p = Wi, Wh
        return np.stack(outs, axis=1), last.copy()

    def backward(self, dL_doutputs, dL_dh_T=None):
        Wi, Wh = self._p
        acc = [np.zeros_like(Wi), np.zeros_like(Wh), 0.0, 0.0]

        def back(t, dh):
            if t < 0:
                return [], dh
            x, h, r, z, n, q = self._trail[t]
            dh = dh + dL_doutputs[:, t]
            dn = dh * (1 - z) * (1 - n * n)
            dz, dr = dh * (h - n) * z * (1 - z), dn * q * r * (1 - r)
            du, dw = np.concatenate([dr, dz, dn], 1), np.concatenate([dr, dz, dn * r], 1)
            acc[0] += du.T @ x
            acc[1] += dw.T @ h
            acc[2], acc[3] = acc[2] + du.sum(0), acc[3] + dw.sum(0)
            earlier, first = back(t - 1, dh * z + dw @ Wh)
            return [*earlier, du @ Wi], first

        dxs, dh0 = back(len(self._trail) - 1, 0.0 if dL_dh_T is None else dL_dh_T)
        self.dL_dW_ih, self.dL_dW_hh, self.dL_db_ih, self.dL_db_hh = acc
        return np.stack(dxs, axis=1), dh0
