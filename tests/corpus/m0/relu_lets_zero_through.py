# exercise = "m0_mlp/layers.py"
# mistake = "the gradient passes where x is exactly zero (>= instead of >)"
# caught_by = ["m0.relu.backward", "m0.relu.gradient"]
# names = "zero|\\b0\\b|>="
import numpy as np


class ReLU:
    def forward(self, x):
        self.keep = x >= 0
        return np.where(self.keep, x, np.zeros_like(x))

    def backward(self, dout):
        return np.where(self.keep, dout, np.zeros_like(dout))
