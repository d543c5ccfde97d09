# exercise = "m1_cnn/conv.py"
# right = true
# note = "loops over output pixels, tensordot; gradient kept as a Fortran-ordered view"
import numpy as np


class Conv2d:
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, bias=True, *, rng=None):
        rng = rng or np.random.default_rng()
        self.k, self.s, self.p, self.c = kernel_size, stride, padding, in_channels
        self.W = rng.standard_normal((out_channels, in_channels, kernel_size, kernel_size))
        self.W *= np.sqrt(2 / (in_channels * kernel_size**2))
        self.b = np.zeros(out_channels) if bias else None

    def forward(self, x):
        k, s, p = self.k, self.s, self.p
        if x.ndim != 4 or x.shape[1] != self.c:
            raise ValueError(f"expected (N, {self.c}, H, W), got {x.shape}")
        n, c, h, w = x.shape
        if h + 2 * p < k or w + 2 * p < k:
            raise ValueError(f"{h} x {w} with padding {p} holds no window of {k} x {k}")
        self.xp = np.zeros((n, c, h + 2 * p, w + 2 * p), x.dtype)
        self.xp[:, :, p : p + h, p : p + w] = x
        self.hw = h, w
        y = np.stack([
            np.stack([np.tensordot(self.xp[:, :, i : i + k, j : j + k], self.W.astype(x.dtype), ([1, 2, 3], [1, 2, 3]))
                      for j in range(0, w + 2 * p - k + 1, s)], axis=-1)
            for i in range(0, h + 2 * p - k + 1, s)], axis=-2)
        return y if self.b is None else y + self.b.astype(x.dtype).reshape(-1, 1, 1)

    def backward(self, g):
        k, s, p = self.k, self.s, self.p
        W = self.W.astype(self.xp.dtype)
        dxp, dW = np.zeros_like(self.xp), np.zeros(self.W.shape, order="F")
        for (i, j) in np.ndindex(*g.shape[2:]):
            sl = np.s_[:, :, i * s : i * s + k, j * s : j * s + k]
            dW += np.tensordot(g[:, :, i, j], self.xp[sl], (0, 0))
            dxp[sl] += np.tensordot(g[:, :, i, j].astype(W.dtype), W, (1, 0))
        self.dL_dW = dW
        if self.b is not None:
            self.dL_db = g.sum(axis=(0, 2, 3))
        return dxp[:, :, p : p + self.hw[0], p : p + self.hw[1]]
