# exercise = "m1_cnn/pool.py"
# mistake = "the flat argmax is taken apart with rows and columns exchanged"
# caught_by = ["m1.max_pool.backward", "m1.max_pool.gradient"]
# names = "row|column|transpos|divmod|swap|exchange"
import numpy as np


class MaxPool2d:
    def __init__(self, kernel_size, stride=None):
        self.k, self.s = kernel_size, kernel_size if stride is None else stride

    def forward(self, x):
        if x.ndim != 4 or min(x.shape[2:]) < self.k:
            raise ValueError(f"expected images of at least {self.k} x {self.k}, got {x.shape}")
        w = np.lib.stride_tricks.sliding_window_view(x, (self.k, self.k), axis=(2, 3))[:, :, :: self.s, :: self.s]
        self.a = w.reshape(*w.shape[:4], -1).argmax(-1)
        self.x = x
        return w.max(axis=(4, 5))

    def backward(self, dL_dy):
        dx = np.zeros_like(self.x)
        n, c, i, j = np.indices(dL_dy.shape)
        np.add.at(dx, (n, c, i * self.s + self.a % self.k, j * self.s + self.a // self.k), dL_dy)
        return dx
