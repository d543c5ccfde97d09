# exercise = "m2_rnn/rnn.py"
# right = true
# note = "lists of steps, einsum, a NamedTuple as result"
from typing import NamedTuple

import numpy as np


class Out(NamedTuple):
    outputs: np.ndarray
    h_T: np.ndarray


class Back(NamedTuple):
    dL_dx: np.ndarray
    dL_dh0: np.ndarray


class RNN:
    def __init__(self, input_size, hidden_size, *, rng=None):
        rng = rng or np.random.default_rng()
        self.D, self.H = input_size, hidden_size
        self.W_ih = rng.normal(0, 0.5 / np.sqrt(input_size), (hidden_size, input_size))
        self.W_hh = np.linalg.qr(rng.normal(size=(hidden_size, hidden_size)))[0]
        self.b_ih, self.b_hh = rng.normal(0, 0.1, hidden_size), rng.normal(0, 0.1, hidden_size)

    def forward(self, x, h0=None):
        if x.ndim != 3 or x.shape[2] != self.D or x.shape[1] == 0:
            raise ValueError(f"expected (N, T, {self.D}) with T >= 1, got {x.shape}")
        if h0 is not None and h0.shape != (x.shape[0], self.H):
            raise ValueError(f"expected h0 ({x.shape[0]}, {self.H}), got {h0.shape}")
        h = np.zeros((len(x), self.H), x.dtype) if h0 is None else np.array(h0, x.dtype)
        self.x, self.h = x, [h]
        for xt in np.moveaxis(x, 1, 0):
            pre = np.einsum("hd,nd->nh", self.W_ih, xt) + np.einsum("hk,nk->nh", self.W_hh, h) + self.b_ih + self.b_hh
            h = np.tanh(pre.astype(x.dtype))
            self.h.append(h)
        return Out(np.stack(self.h[1:], axis=1), h.copy())

    def backward(self, dL_doutputs, dL_dh_T=None):
        carry = np.zeros_like(self.h[0]) if dL_dh_T is None else dL_dh_T
        da = []
        for t in range(len(self.h) - 2, -1, -1):
            da.append((carry + dL_doutputs[:, t]) * (1 - self.h[t + 1] ** 2))
            carry = da[-1] @ self.W_hh
        A = np.stack(da[::-1], axis=1)
        self.dL_dW_ih = np.einsum("nth,ntd->hd", A, self.x)
        self.dL_dW_hh = np.einsum("nth,ntk->hk", A, np.stack(self.h[:-1], axis=1))
        self.dL_db_ih, self.dL_db_hh = A.sum((0, 1)), A.sum((0, 1))
        return Back((A @ self.W_ih).astype(self.x.dtype), carry.astype(self.x.dtype))
