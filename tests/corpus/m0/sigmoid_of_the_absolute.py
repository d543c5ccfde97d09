# exercise = "m0_mlp/layers.py"
# mistake = "the stable form for positive x, used on |x| for all"
# caught_by = ["m0.sigmoid.*"]
# names = "x >= 0|negative"
# methods = true
import numpy as np


class Sigmoid:
    def forward(self, x):
        self.s = 1 / (1 + np.exp(-np.abs(x)))
        return self.s

    def backward(self, dL_dy):
        return (dL_dy * self.s * (1 - self.s)).astype(self.s.dtype)
