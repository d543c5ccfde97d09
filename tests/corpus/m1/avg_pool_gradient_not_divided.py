# exercise = "m1_cnn/pool.py"
# mistake = "each pixel gets the whole gradient, not its k²-th part"
# caught_by = ["m1.avg_pool.backward", "m1.avg_pool.gradient"]
# names = "divid|k²|k \\* k|k · k|share|window|whole"
import numpy as np


class AvgPool2d:
    def __init__(self, kernel_size, stride=None):
        self.k, self.s = kernel_size, stride if stride is not None else kernel_size

    def forward(self, x):
        k, s = self.k, self.s
        if x.ndim != 4 or x.shape[2] < k or x.shape[3] < k:
            raise ValueError(f"got {x.shape}, window is {k}")
        self.shape, self.dtype = x.shape, x.dtype
        win = np.lib.stride_tricks.sliding_window_view(x, (k, k), axis=(2, 3))
        return win[:, :, ::s, ::s].mean(axis=(-2, -1))

    def backward(self, g):
        k, s = self.k, self.s
        dx = np.zeros(self.shape, self.dtype)
        for r in range(g.shape[2]):
            for c in range(g.shape[3]):
                dx[:, :, r * s : r * s + k, c * s : c * s + k] += g[:, :, r : r + 1, c : c + 1].astype(self.dtype)
        return dx
