# exercise = "m1_cnn/conv.py"
# mistake = "an image smaller than the kernel gives an empty result instead of a ValueError"
# caught_by = ["m1.conv.errors"]
# names = "ValueError|small|window|kernel"
import numpy as np


class Conv2d:
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, bias=True, *, rng=None):
        rng = rng or np.random.default_rng()
        self.cin, self.k, self.s, self.p = in_channels, kernel_size, stride, padding
        self.W = rng.normal(0, (2 / (in_channels * kernel_size**2)) ** 0.5,
                            (out_channels, in_channels, kernel_size, kernel_size))
        self.b = np.zeros(out_channels) if bias else None

    def forward(self, x):
        if x.ndim != 4 or x.shape[1] != self.cin:
            raise ValueError(f"expected 4 axes and {self.cin} channels, got {x.shape}")
        p, k, s = self.p, self.k, self.s
        self.xp = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
        ho = max(0, (self.xp.shape[2] - k) // s + 1)
        wo = max(0, (self.xp.shape[3] - k) // s + 1)
        y = np.zeros((len(x), len(self.W), ho, wo), x.dtype)
        for i in range(ho):
            for j in range(wo):
                win = self.xp[:, :, i * s : i * s + k, j * s : j * s + k]
                y[:, :, i, j] = np.einsum("ncij,ocij->no", win, self.W.astype(x.dtype))
        return y if self.b is None else y + self.b.astype(x.dtype)[:, None, None]

    def backward(self, g):
        p, k, s = self.p, self.k, self.s
        dxp, self.dL_dW = np.zeros_like(self.xp), np.zeros(self.W.shape)
        for i in range(g.shape[2]):
            for j in range(g.shape[3]):
                at = np.s_[:, :, i * s : i * s + k, j * s : j * s + k]
                self.dL_dW += np.einsum("no,ncij->ocij", g[:, :, i, j], self.xp[at])
                dxp[at] += np.einsum("no,ocij->ncij", g[:, :, i, j], self.W).astype(dxp.dtype)
        if self.b is not None:
            self.dL_db = g.sum((0, 2, 3))
        return dxp[:, :, p : dxp.shape[2] - p, p : dxp.shape[3] - p]
