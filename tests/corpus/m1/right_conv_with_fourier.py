# exercise = "m1_cnn/conv.py"
# right = true
# note = "products of Fourier transforms: equally right, another rounding"
import numpy as np


class Conv2d:
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, bias=True, *, rng=None):
        rng = rng or np.random.default_rng()
        self.k, self.s, self.p, self.c = kernel_size, stride, padding, in_channels
        self.W = rng.normal(0, np.sqrt(2 / (in_channels * kernel_size**2)),
                            (out_channels, in_channels, kernel_size, kernel_size))
        self.b = np.zeros(out_channels) if bias else None

    def forward(self, x):
        k, s, p = self.k, self.s, self.p
        if x.ndim != 4 or x.shape[1] != self.c or min(x.shape[2:]) + 2 * p < k:
            raise ValueError(f"expected (N, {self.c}, H, W) of at least {k - 2 * p} pixels, got {x.shape}")
        xp = np.pad(x.astype(np.float64), ((0, 0), (0, 0), (p, p), (p, p)))
        size = xp.shape[2:]
        self.X = np.fft.rfft2(xp)
        self.K = np.conj(np.fft.rfft2(self.W, size))
        full = np.fft.irfft2(np.einsum("nchw,ochw->nohw", self.X, self.K), size)
        y = full[:, :, : size[0] - k + 1 : s, : size[1] - k + 1 : s]
        self.size, self.dtype, self.hw = size, x.dtype, x.shape[2:]
        if self.b is not None:
            y = y + self.b[:, None, None]
        return y.astype(x.dtype)

    def backward(self, g):
        k, s, p = self.k, self.s, self.p
        up = np.zeros((*g.shape[:2], *self.size))
        up[:, :, : s * g.shape[2] : s, : s * g.shape[3] : s] = g
        G = np.fft.rfft2(up)
        dx = np.fft.irfft2(np.einsum("nohw,ochw->nchw", G, np.conj(self.K)), self.size)
        dW = np.fft.irfft2(np.einsum("nohw,nchw->ochw", np.conj(G), self.X), self.size)
        self.dL_dW = dW[:, :, :k, :k]
        if self.b is not None:
            self.dL_db = g.sum(axis=(0, 2, 3))
        return dx[:, :, p : p + self.hw[0], p : p + self.hw[1]].astype(self.dtype)
