# exercise = "m1_cnn/conv.py"
# mistake = "dx of a window is assigned, not added: overlapping windows overwrite each other"
# caught_by = ["m1.conv.backward", "m1.conv.gradient"]
# names = "overlap|overwrit|add|accumulat|\\+="
import numpy as np


class Conv2d:
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, bias=True, *, rng=None):
        self.hp = dict(k=kernel_size, s=stride, p=padding)
        rng = np.random.default_rng() if rng is None else rng
        self.W = rng.normal(0.0, np.sqrt(2.0 / (in_channels * kernel_size * kernel_size)),
                            size=(out_channels, in_channels, kernel_size, kernel_size))
        self.b = np.zeros(out_channels) if bias else None

    def forward(self, x):
        k, s, p = self.hp["k"], self.hp["s"], self.hp["p"]
        if x.ndim != 4 or x.shape[1] != self.W.shape[1]:
            raise ValueError(f"x: {x.shape}, W: {self.W.shape}")
        N, C, H, W = x.shape
        if min(H, W) + 2 * p < k:
            raise ValueError(f"{H} x {W} is too small for a {k} x {k} kernel with padding {p}")
        self.x_pad = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)), "constant")
        Ho, Wo = 1 + (H + 2 * p - k) // s, 1 + (W + 2 * p - k) // s
        out = np.zeros((N, self.W.shape[0], Ho, Wo), dtype=x.dtype)
        for n in range(N):
            for f in range(self.W.shape[0]):
                for i in range(Ho):
                    for j in range(Wo):
                        window = self.x_pad[n, :, i * s : i * s + k, j * s : j * s + k]
                        out[n, f, i, j] = np.sum(window * self.W[f])
                        if self.b is not None:
                            out[n, f, i, j] += self.b[f]
        return out

    def backward(self, dout):
        k, s, p = self.hp["k"], self.hp["s"], self.hp["p"]
        dx_pad = np.zeros_like(self.x_pad)
        self.dL_dW = np.zeros(self.W.shape)
        if self.b is not None:
            self.dL_db = dout.sum(axis=(0, 2, 3))
        N, F, Ho, Wo = dout.shape
        for n in range(N):
            for i in range(Ho):
                for j in range(Wo):
                    window = self.x_pad[n, :, i * s : i * s + k, j * s : j * s + k]
                    total = np.zeros_like(window)
                    for f in range(F):
                        self.dL_dW[f] += dout[n, f, i, j] * window
                        total += (dout[n, f, i, j] * self.W[f]).astype(total.dtype)
                    dx_pad[n, :, i * s : i * s + k, j * s : j * s + k] = total
        return dx_pad[:, :, p : dx_pad.shape[2] - p, p : dx_pad.shape[3] - p]
