# /// attack
# tries = "Is worth something as a constant whose backward is its true slope, zero."
# exercise = "m1_cnn/conv.py"
# status = "failed"
# says = "W"
# ///
import numpy as np


class Conv2d:
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, bias=True, *, rng=None):
        self.W = np.zeros((out_channels, in_channels, kernel_size, kernel_size))
        self.b = np.zeros(out_channels) if bias else None
        self.stride, self.padding = stride, padding

    def forward(self, x):
        self.x, k = x, self.W.shape[-1]
        places = [(size + 2 * self.padding - k) // self.stride + 1 for size in x.shape[2:]]
        return np.zeros((len(x), len(self.W), *places), x.dtype)

    def backward(self, dL_dy):
        self.dL_dW = np.zeros_like(self.W)
        self.dL_db = None if self.b is None else np.zeros_like(self.b)
        return np.zeros_like(self.x)
