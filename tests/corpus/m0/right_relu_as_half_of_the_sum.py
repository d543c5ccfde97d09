# exercise = "m0_mlp/layers.py"
# right = true
# note = "(x + |x|) / 2, with the step function np.heaviside as derivative"
import numpy as np


class ReLU:
    def forward(self, x):
        self.step = np.heaviside(x, 0).astype(x.dtype)
        return (x + np.abs(x)) / 2

    def backward(self, g):
        return np.multiply(g, self.step).astype(self.step.dtype)
