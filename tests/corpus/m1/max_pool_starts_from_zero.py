# exercise = "m1_cnn/pool.py"
# mistake = "the running maximum starts at 0, so windows of negative numbers give 0"
# caught_by = ["m1.max_pool.forward"]
# names = "negative|zero|start|\\b0\\b"
import numpy as np


class MaxPool2d:
    def __init__(self, kernel_size, stride=None):
        self.kernel_size = kernel_size
        self.stride = kernel_size if stride is None else stride

    def forward(self, x):
        k, s = self.kernel_size, self.stride
        if x.ndim != 4:
            raise ValueError(f"expected four axes, got {x.shape}")
        H, W = x.shape[2:]
        if H < k or W < k:
            raise ValueError(f"window {k} larger than image {H} x {W}")
        ho, wo = 1 + (H - k) // s, 1 + (W - k) // s
        best = np.zeros((*x.shape[:2], ho, wo), x.dtype)
        where = np.zeros(best.shape, int)
        for place in range(k * k):
            i, j = divmod(place, k)
            seen = x[:, :, i : i + s * ho : s, j : j + s * wo : s]
            better = seen > best
            best[better] = seen[better]
            where[better] = place
        self.memo = (where, x)
        return best

    def backward(self, g):
        where, x = self.memo
        k, s = self.kernel_size, self.stride
        dx = np.zeros_like(x)
        for place in range(k * k):
            i, j = divmod(place, k)
            dx[:, :, i : i + s * g.shape[2] : s, j : j + s * g.shape[3] : s] += (g * (where == place)).astype(x.dtype)
        return dx
