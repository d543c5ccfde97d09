# exercise = "m2_rnn/lstm.py"
# right = true
# note = "a cell function, gates through scipy-like expit written by hand, weight views by name, list of caches; orthogonal recurrent weights"
import numpy as np


def expit(v):
    out = np.empty_like(v)
    pos = v >= 0
    out[pos] = 1 / (1 + np.exp(-v[pos]))
    e = np.exp(v[~pos])
    out[~pos] = e / (1 + e)
    return out


class LSTM:
    def __init__(self, input_size, hidden_size, *, rng=None):
        rng = rng or np.random.default_rng()
        self.D, self.H = input_size, hidden_size
        self.W_ih = rng.normal(0, 1 / np.sqrt(input_size), (4 * hidden_size, input_size))
        blocks = [np.linalg.qr(rng.normal(size=(hidden_size, hidden_size)))[0] for _ in range(4)]
        self.W_hh = np.concatenate(blocks)
        self.b_ih = rng.normal(0, 0.01, 4 * hidden_size)
        self.b_hh = rng.normal(0, 0.01, 4 * hidden_size)
        self.b_ih[hidden_size : 2 * hidden_size] += 1

    def _rows(self, k):
        return slice(k * self.H, (k + 1) * self.H)

    def forward(self, x, state=None):
        if x.ndim != 3 or x.shape[2] != self.D or x.shape[1] < 1:
            raise ValueError(f"expected (N, T, {self.D}) with at least one step, got {x.shape}")
        shape = (x.shape[0], self.H)
        h, c = (np.zeros(shape, x.dtype), np.zeros(shape, x.dtype)) if state is None else state
        for s in (h, c):
            if s.shape != shape:
                raise ValueError(f"expected state of {shape}, got {s.shape}")
        self.dtype, self.caches = x.dtype, []
        outputs = np.empty((x.shape[0], x.shape[1], self.H), x.dtype)
        for t in range(x.shape[1]):
            pre = [(x[:, t] @ self.W_ih[self._rows(k)].T + h @ self.W_hh[self._rows(k)].T
                    + self.b_ih[self._rows(k)] + self.b_hh[self._rows(k)]).astype(x.dtype) for k in range(4)]
            i, f, o = expit(pre[0]), expit(pre[1]), expit(pre[3])
            g = np.tanh(pre[2])
            c_new = f * c + i * g
            th = np.tanh(c_new)
            self.caches.append((x[:, t], h, c, i, f, g, o, th))
            h, c = (o * th).astype(x.dtype), c_new.astype(x.dtype)
            outputs[:, t] = h
        return outputs, (h.copy(), c.copy())

    def backward(self, dL_doutputs, dL_dstate=None):
        N, T, H = dL_doutputs.shape
        dh, dc = (0.0, 0.0) if dL_dstate is None else dL_dstate
        self.dL_dW_ih, self.dL_dW_hh = np.zeros(self.W_ih.shape), np.zeros(self.W_hh.shape)
        self.dL_db_ih, self.dL_db_hh = np.zeros(4 * H), np.zeros(4 * H)
        dx = np.zeros((N, T, self.D), self.dtype)
        for t, (xt, hp, cp, i, f, g, o, th) in reversed(list(enumerate(self.caches))):
            dh = dh + dL_doutputs[:, t]
            dc = dc + dh * o * (1 - th) * (1 + th)
            parts = [dc * g * i * (1 - i), dc * cp * f * (1 - f), dc * i * (1 - g * g), dh * th * o * (1 - o)]
            dh = sum(p @ self.W_hh[self._rows(k)] for k, p in enumerate(parts))
            for k, p in enumerate(parts):
                self.dL_dW_ih[self._rows(k)] += p.T @ xt
                self.dL_dW_hh[self._rows(k)] += p.T @ hp
                self.dL_db_ih[self._rows(k)] += p.sum(0)
                self.dL_db_hh[self._rows(k)] += p.sum(0)
                dx[:, t] += (p @ self.W_ih[self._rows(k)]).astype(self.dtype)
            dc = dc * f
        return dx, (dh.astype(self.dtype), dc.astype(self.dtype))
