# exercise = "m1_cnn/pool.py"
# mistake = "reshape into blocks of kernel size: the stride is ignored"
# caught_by = ["m1.max_pool.forward"]
# names = "stride|overlap"
import numpy as np


class MaxPool2d:
    def __init__(self, kernel_size, stride=None):
        self.kernel_size, self.stride = kernel_size, stride

    def forward(self, x):
        k = self.kernel_size
        if x.ndim != 4 or min(x.shape[2:]) < k:
            raise ValueError(f"bad image {x.shape} for {k}")
        n, c, h, w = x.shape
        self.shape = x.shape
        h2, w2 = h // k, w // k
        blocks = x[:, :, : h2 * k, : w2 * k].reshape(n, c, h2, k, w2, k).transpose(0, 1, 2, 4, 3, 5)
        blocks = blocks.reshape(n, c, h2, w2, k * k)
        self.first = np.eye(k * k, dtype=x.dtype)[blocks.argmax(-1)]
        return blocks.max(-1)

    def backward(self, g):
        k = self.kernel_size
        n, c, h, w = self.shape
        h2, w2 = g.shape[2:]
        spread = (self.first * g[..., None]).reshape(n, c, h2, w2, k, k).transpose(0, 1, 2, 4, 3, 5)
        dx = np.zeros(self.shape, self.first.dtype)
        dx[:, :, : h2 * k, : w2 * k] = spread.reshape(n, c, h2 * k, w2 * k)
        return dx
