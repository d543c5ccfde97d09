# exercise = "m0_mlp/layers.py"
# mistake = "(e^x - e^-x) / (e^x + e^-x) is nan at 1000"
# caught_by = ["m0.tanh.forward", "m0.tanh.backward"]
# names = "overflow|nan|inf|large"
import numpy as np


class Tanh:
    def forward(self, x):
        p, n = np.exp(x), np.exp(-x)
        self.y = (p - n) / (p + n)
        return self.y

    def backward(self, dy):
        return dy * (1 - self.y * self.y)
