# exercise = "m1_cnn/conv.py"
# mistake = "np.pad(x, p) pads the batch and the channels too"
# caught_by = ["m1.conv.forward"]
# names = "pad|batch|channel|axes|axis"
import numpy as np


class Conv2d:
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, bias=True, *, rng=None):
        rng = rng or np.random.default_rng()
        self.kernel_size, self.stride, self.padding, self.cin = kernel_size, stride, padding, in_channels
        self.W = rng.standard_normal((out_channels, in_channels, kernel_size, kernel_size))
        self.W *= np.sqrt(2 / (in_channels * kernel_size * kernel_size))
        self.b = np.zeros(out_channels) if bias else None

    def forward(self, x):
        k, s = self.kernel_size, self.stride
        if x.ndim != 4 or x.shape[1] != self.cin or min(x.shape[2:]) + 2 * self.padding < k:
            raise ValueError(f"unexpected {x.shape}")
        xp = np.pad(x, self.padding)
        win = np.lib.stride_tricks.sliding_window_view(xp, (k, k), axis=(2, 3))[:, :, ::s, ::s]
        self.win, self.shape = win, xp.shape
        y = np.einsum("nchwij,ocij->nohw", win, self.W.astype(x.dtype))
        if self.b is not None:
            y += self.b.astype(x.dtype)[:, None, None]
        return y

    def backward(self, g):
        k, s, p = self.kernel_size, self.stride, self.padding
        self.dL_dW = np.einsum("nohw,nchwij->ocij", g, self.win)
        if self.b is not None:
            self.dL_db = np.einsum("nohw->o", g)
        dx = np.zeros(self.shape, g.dtype)
        for i in range(k):
            for j in range(k):
                piece = np.einsum("nohw,oc->nchw", g, self.W[:, :, i, j].astype(g.dtype))
                dx[:, :, i : i + s * g.shape[2] : s, j : j + s * g.shape[3] : s] += piece
        return dx[:, :, p : self.shape[2] - p, p : self.shape[3] - p]
