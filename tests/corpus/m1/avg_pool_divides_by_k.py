# exercise = "m1_cnn/pool.py"
# mistake = "the sum of the window is divided by k, not by k²"
# caught_by = ["m1.avg_pool.forward", "m1.avg_pool.backward"]
# names = "k²|k \\* k|k · k|by k\\b|kernel"
import numpy as np


class AvgPool2d:
    def __init__(self, kernel_size, stride=None):
        self.k, self.s = kernel_size, kernel_size if stride is None else stride

    def forward(self, x):
        if x.ndim != 4:
            raise ValueError(f"not an image batch: {x.shape}")
        k, s = self.k, self.s
        if min(x.shape[2:]) < k:
            raise ValueError(f"{x.shape[2:]} is below {k}")
        self.like = np.zeros_like(x)
        ho, wo = (x.shape[2] - k) // s + 1, (x.shape[3] - k) // s + 1
        y = np.zeros((*x.shape[:2], ho, wo), x.dtype)
        for i in range(k):
            for j in range(k):
                y += x[:, :, i : i + s * ho : s, j : j + s * wo : s]
        return y / k

    def backward(self, g):
        k, s = self.k, self.s
        dx = self.like.copy()
        for i in range(k):
            for j in range(k):
                dx[:, :, i : i + s * g.shape[2] : s, j : j + s * g.shape[3] : s] += (g / k).astype(dx.dtype)
        return dx
