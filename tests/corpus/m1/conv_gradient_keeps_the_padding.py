# exercise = "m1_cnn/conv.py"
# mistake = "dL_dx is returned with its padding on"
# caught_by = ["m1.conv.backward", "m1.conv.gradient"]
# names = "padding|cut|crop|strip"
import numpy as np


class Conv2d:
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, bias=True, *, rng=None):
        rng = rng or np.random.default_rng()
        self.k, self.s, self.p, self.cin = kernel_size, stride, padding, in_channels
        self.W = rng.normal(size=(out_channels, in_channels, kernel_size, kernel_size)) * np.sqrt(
            2 / (in_channels * kernel_size**2))
        self.b = np.zeros(out_channels) if bias else None

    def forward(self, x):
        k, s, p = self.k, self.s, self.p
        if x.ndim != 4 or x.shape[1] != self.cin or min(x.shape[2:]) + 2 * p < k:
            raise ValueError(f"expected (N, {self.cin}, H, W) that holds a {k} x {k} window, got {x.shape}")
        self.xp = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
        n, _, h, w = self.xp.shape
        self.out = (h - k) // s + 1, (w - k) // s + 1
        y = np.empty((n, len(self.W), *self.out), x.dtype)
        for i, j in np.ndindex(*self.out):
            y[:, :, i, j] = self.xp[:, :, i * s : i * s + k, j * s : j * s + k].reshape(n, -1) @ self.W.reshape(
                len(self.W), -1).T.astype(x.dtype)
        return y if self.b is None else y + self.b.astype(x.dtype)[:, None, None]

    def backward(self, dL_dy):
        k, s = self.k, self.s
        dx, dW = np.zeros_like(self.xp), np.zeros((len(self.W), self.W[0].size))
        for i, j in np.ndindex(*self.out):
            at = np.s_[:, :, i * s : i * s + k, j * s : j * s + k]
            g = dL_dy[:, :, i, j]
            dW += g.T @ self.xp[at].reshape(len(g), -1)
            dx[at] += (g @ self.W.reshape(len(self.W), -1)).reshape(self.xp[at].shape).astype(dx.dtype)
        self.dL_dW = dW.reshape(self.W.shape)
        if self.b is not None:
            self.dL_db = dL_dy.sum((0, 2, 3))
        return dx
