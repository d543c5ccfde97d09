# exercise = "m0_mlp/layers.py"
# mistake = "(1 - y)² instead of 1 - y²"
# caught_by = ["m0.tanh.backward", "m0.tanh.gradient"]
# names = "square|y²|y\\*\\*2|\\(1 [-−] y\\)"
import numpy as np


class Tanh:
    def forward(self, x):
        self.y = np.tanh(x)
        return self.y

    def backward(self, dL_dy):
        return (1 - self.y) ** 2 * dL_dy
