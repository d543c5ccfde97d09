# exercise = "m2_rnn/rnn.py"
# right = true
# note = "One sequence after another in lists of vectors, a namedtuple as the result, Fortran order"
# methods = true
from collections import namedtuple

import numpy as np

Run = namedtuple("Run", "outputs last")


class RNN:
    def forward(self, x, h0=None):
        self._check_input(x, h0)
        self._tape, outs = [], []
        Wi, Wh, b = (np.asarray(p, x.dtype) for p in (self.W_ih, self.W_hh, self.b_ih + self.b_hh))
        for n, sequence in enumerate(x):
            h = np.zeros(self.hidden_size, x.dtype) if h0 is None else h0[n].astype(x.dtype)
            track = [h]
            for step in sequence:
                h = np.tanh(Wi @ step + Wh @ h + b)
                track.append(h)
            self._tape.append((sequence.copy(), track))
            outs.append(track[1:])
        self._w = Wi, Wh
        y = np.asfortranarray(np.array(outs))
        return Run(y, y[:, -1].copy())

    def backward(self, dL_doutputs, dL_dh_T=None):
        Wi, Wh = self._w
        dWi, dWh, db = np.zeros_like(Wi), np.zeros_like(Wh), np.zeros(len(Wi), Wi.dtype)
        dxs, dhs = [], []
        for n, (sequence, track) in enumerate(self._tape):
            back = np.zeros(len(Wh), Wi.dtype) if dL_dh_T is None else dL_dh_T[n]
            dx = np.empty_like(sequence)
            for t in range(len(sequence))[::-1]:
                pre = (back + dL_doutputs[n, t]) * (1 - track[t + 1]) * (1 + track[t + 1])
                dWi += np.outer(pre, sequence[t])
                dWh += np.outer(pre, track[t])
                db += pre
                dx[t], back = pre @ Wi, pre @ Wh
            dxs.append(dx), dhs.append(back)
        self.dL_dW_ih, self.dL_dW_hh, self.dL_db_ih, self.dL_db_hh = dWi, dWh, db, +db
        return Run(np.array(dxs), np.array(dhs))
