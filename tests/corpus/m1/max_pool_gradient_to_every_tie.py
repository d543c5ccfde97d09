# exercise = "m1_cnn/pool.py"
# mistake = "every pixel that equals the maximum gets the whole gradient"
# caught_by = ["m1.max_pool.backward", "m1.max_pool.gradient"]
# names = "tie|equal|first|several|both|more than one"
import numpy as np


class MaxPool2d:
    def __init__(self, kernel_size, stride=None):
        self.k = kernel_size
        self.s = stride or kernel_size

    def forward(self, x):
        if x.ndim != 4 or x.shape[2] < self.k or x.shape[3] < self.k:
            raise ValueError(f"cannot pool {x.shape} with {self.k}")
        k, s = self.k, self.s
        n, c, h, w = x.shape
        self.x = x
        self.y = np.empty((n, c, (h - k) // s + 1, (w - k) // s + 1), x.dtype)
        for i in range(self.y.shape[2]):
            for j in range(self.y.shape[3]):
                self.y[:, :, i, j] = x[:, :, i * s : i * s + k, j * s : j * s + k].max(axis=(2, 3))
        return self.y

    def backward(self, dy):
        k, s = self.k, self.s
        dx = np.zeros_like(self.x)
        for i in range(dy.shape[2]):
            for j in range(dy.shape[3]):
                win = self.x[:, :, i * s : i * s + k, j * s : j * s + k]
                mask = win == self.y[:, :, i, j, None, None]
                dx[:, :, i * s : i * s + k, j * s : j * s + k] += (mask * dy[:, :, i, j, None, None]).astype(dx.dtype)
        return dx
