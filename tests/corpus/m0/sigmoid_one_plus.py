# exercise = "m0_mlp/layers.py"
# mistake = "s (1 + s) instead of s (1 - s)"
# caught_by = ["m0.sigmoid.backward", "m0.sigmoid.gradient"]
# names = "1 \\+|1 - |1 −|minus|plus"
import numpy as np


class Sigmoid:
    def forward(self, x):
        self.y = (0.5 * (1 + np.tanh(0.5 * x))).astype(x.dtype)
        return self.y

    def backward(self, dL_dy):
        local = self.y * (1 + self.y)
        return local * dL_dy
