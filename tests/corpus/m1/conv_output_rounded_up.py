# exercise = "m1_cnn/conv.py"
# mistake = "H' is rounded up; the last window hangs over the edge, onto zeros"
# caught_by = ["m1.conv.forward"]
# names = "round|ceil|floor|//|too many"
import math

import numpy as np


class Conv2d:
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, bias=True, *, rng=None):
        rng = rng or np.random.default_rng()
        self.ci, self.k, self.s, self.p = in_channels, kernel_size, stride, padding
        sd = math.sqrt(2 / (in_channels * kernel_size * kernel_size))
        self.W = sd * rng.standard_normal((out_channels, in_channels, kernel_size, kernel_size))
        self.b = np.zeros(out_channels) if bias else None

    def forward(self, x):
        k, s, p = self.k, self.s, self.p
        if x.ndim != 4 or x.shape[1] != self.ci or min(x.shape[2], x.shape[3]) + 2 * p < k:
            raise ValueError(f"{x.shape} does not fit")
        n, c, h, w = x.shape
        ho = math.ceil((h + 2 * p - k) / s) + 1
        wo = math.ceil((w + 2 * p - k) / s) + 1
        self.xp = np.zeros((n, c, max((ho - 1) * s + k, h + 2 * p), max((wo - 1) * s + k, w + 2 * p)), x.dtype)
        self.xp[:, :, p : p + h, p : p + w] = x
        self.hw = (h, w)
        y = np.zeros((n, len(self.W), ho, wo), x.dtype)
        for i in range(k):
            for j in range(k):
                tap = self.xp[:, :, i : i + s * (ho - 1) + 1 : s, j : j + s * (wo - 1) + 1 : s]
                y += np.einsum("nchw,oc->nohw", tap, self.W[:, :, i, j].astype(x.dtype))
        return y if self.b is None else y + self.b.astype(x.dtype)[:, None, None]

    def backward(self, g):
        k, s, p = self.k, self.s, self.p
        h, w = self.hw
        ho, wo = g.shape[2:]
        self.dL_dW = np.zeros(self.W.shape)
        dxp = np.zeros_like(self.xp)
        for i in range(k):
            for j in range(k):
                at = np.s_[:, :, i : i + s * (ho - 1) + 1 : s, j : j + s * (wo - 1) + 1 : s]
                self.dL_dW[:, :, i, j] = np.einsum("nohw,nchw->oc", g, self.xp[at])
                dxp[at] += np.einsum("nohw,oc->nchw", g, self.W[:, :, i, j]).astype(dxp.dtype)
        if self.b is not None:
            self.dL_db = g.sum((0, 2, 3))
        return dxp[:, :, p : p + h, p : p + w]
