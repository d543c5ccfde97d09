# exercise = "m0_mlp/layers.py"
# right = true
# note = "1 / (1 + exp(-x)) overflows to inf at -1000 and still gives 0: NumPy warns, the numbers are right"
import numpy as np


class Sigmoid:
    def forward(self, x):
        self.s = 1 / (1 + np.exp(-x))
        return self.s

    def backward(self, up):
        return up * self.s * (1 - self.s)
