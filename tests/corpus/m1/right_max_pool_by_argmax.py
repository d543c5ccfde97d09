# exercise = "m1_cnn/pool.py"
# right = true
# note = "argmax of flattened windows and np.add.at"
import numpy as np


class MaxPool2d:
    def __init__(self, kernel_size, stride=None):
        self.k, self.s = kernel_size, stride or kernel_size

    def forward(self, x):
        if x.ndim != 4 or min(x.shape[2:]) < self.k:
            raise ValueError(f"want four axes and images of at least {self.k} x {self.k}, got {x.shape}")
        win = np.lib.stride_tricks.sliding_window_view(x, (self.k, self.k), (2, 3))[:, :, :: self.s, :: self.s]
        flat = win.reshape(*win.shape[:4], -1)
        self.at, self.x = flat.argmax(-1), x
        return np.take_along_axis(flat, self.at[..., None], -1).squeeze(-1)

    def backward(self, g):
        n, c, i, j = np.ogrid[tuple(map(slice, g.shape))]
        di, dj = np.divmod(self.at, self.k)
        dx = np.zeros(self.x.shape, self.x.dtype)
        np.add.at(dx, (n, c, i * self.s + di, j * self.s + dj), g)
        return dx
