# exercise = "m1_cnn/conv.py"
# mistake = "the output width is computed from the height: right for square images only"
# caught_by = ["m1.conv.forward"]
# names = "square|width|height|H and W|W'"
import numpy as np


class Conv2d:
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, bias=True, *, rng=None):
        rng = rng or np.random.default_rng()
        self.C, self.F, self.K, self.S, self.P = in_channels, out_channels, kernel_size, stride, padding
        self.W = rng.normal(0, np.sqrt(2 / (self.C * self.K**2)), (self.F, self.C, self.K, self.K))
        self.b = np.zeros(self.F) if bias else None

    def forward(self, x):
        if x.ndim != 4 or x.shape[1] != self.C or min(x.shape[2:]) + 2 * self.P < self.K:
            raise ValueError(f"expected (N, {self.C}, H, W) of a fair size, got {x.shape}")
        P, K, S = self.P, self.K, self.S
        self.xp = np.pad(x, ((0, 0), (0, 0), (P, P), (P, P)))
        side = (x.shape[2] + 2 * P - K) // S + 1
        y = np.zeros((len(x), self.F, side, side), x.dtype)
        Wm = self.W.astype(x.dtype)
        for i in range(side):
            for j in range(side):
                win = self.xp[:, :, i * S : i * S + K, j * S : j * S + K]
                if win.shape[3] == K:
                    y[:, :, i, j] = np.einsum("ncij,ocij->no", win, Wm)
        if self.b is not None:
            y += self.b.astype(x.dtype)[:, None, None]
        return y

    def backward(self, dy):
        P, K, S = self.P, self.K, self.S
        dxp, dW = np.zeros_like(self.xp), np.zeros(self.W.shape)
        for i in range(dy.shape[2]):
            for j in range(dy.shape[3]):
                win = self.xp[:, :, i * S : i * S + K, j * S : j * S + K]
                if win.shape[3] == K:
                    dW += np.einsum("no,ncij->ocij", dy[:, :, i, j], win)
                    dxp[:, :, i * S : i * S + K, j * S : j * S + K] += np.einsum(
                        "no,ocij->ncij", dy[:, :, i, j], self.W).astype(dxp.dtype)
        self.dL_dW = dW
        if self.b is not None:
            self.dL_db = dy.sum(axis=(0, 2, 3))
        return dxp[:, :, P : dxp.shape[2] - P, P : dxp.shape[3] - P]
