# exercise = "m1_cnn/conv.py"
# mistake = "dL_db is averaged over the pixels and summed over the batch"
# caught_by = ["m1.conv.parameters", "m1.conv.gradient"]
# names = "mean|averag|pixels|sum|H' ?(\\*|·|×)? ?W'|bias|divid"
# misnames = "sign|flip"
import numpy as np


class Conv2d:
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, bias=True, *, rng=None):
        rng = rng or np.random.default_rng()
        self.cfg = (kernel_size, stride, padding)
        self.W = rng.standard_normal((out_channels, in_channels, kernel_size, kernel_size)) * np.sqrt(
            2 / in_channels / kernel_size / kernel_size)
        self.b = np.zeros(out_channels) if bias else None

    def _windows(self, xp):
        k, s, _ = self.cfg
        n, c, h, w = xp.shape
        a, b, d, e = xp.strides
        shape = (n, (h - k) // s + 1, (w - k) // s + 1, c, k, k)
        return np.lib.stride_tricks.as_strided(xp, shape, (a, d * s, e * s, b, d, e), writeable=False)

    def forward(self, x):
        k, s, p = self.cfg
        if x.ndim != 4 or x.shape[1] != self.W.shape[1] or x.shape[2] + 2 * p < k or x.shape[3] + 2 * p < k:
            raise ValueError(f"no {k} x {k} window of {self.W.shape[1]} channels fits {x.shape}")
        self.xp = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
        y = np.tensordot(self._windows(self.xp), self.W.astype(x.dtype), axes=((3, 4, 5), (1, 2, 3)))
        if self.b is not None:
            y = y + self.b.astype(x.dtype)
        return y.transpose(0, 3, 1, 2)

    def backward(self, dy):
        k, s, p = self.cfg
        g = dy.transpose(0, 2, 3, 1)
        self.dL_dW = np.tensordot(g, self._windows(self.xp), axes=((0, 1, 2), (0, 1, 2)))
        if self.b is not None:
            self.dL_db = dy.mean(axis=(2, 3)).sum(axis=0)
        dwin = np.tensordot(g, self.W.astype(self.xp.dtype), axes=(3, 0))
        dxp = np.zeros_like(self.xp)
        for r in range(g.shape[1]):
            for c in range(g.shape[2]):
                dxp[:, :, r * s : r * s + k, c * s : c * s + k] += dwin[:, r, c].astype(dxp.dtype)
        return dxp[:, :, p : dxp.shape[2] - p, p : dxp.shape[3] - p]
