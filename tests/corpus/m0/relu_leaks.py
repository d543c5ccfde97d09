# exercise = "m0_mlp/layers.py"
# mistake = "a leaky ReLU: 0.01 x below zero"
# caught_by = ["m0.relu.forward", "m0.relu.backward"]
# names = "leak|0\\.01|negative"
import numpy as np


class ReLU:
    slope = 0.01

    def forward(self, x):
        self.x = x
        return np.maximum(x, x.dtype.type(self.slope) * x)

    def backward(self, g):
        out = g.copy()
        out[self.x <= 0] *= self.slope
        return out
