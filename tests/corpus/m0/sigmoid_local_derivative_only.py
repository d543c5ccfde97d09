# exercise = "m0_mlp/layers.py"
# mistake = "s (1 - s) without the upstream gradient"
# caught_by = ["m0.sigmoid.backward", "m0.sigmoid.gradient"]
# names = "upstream|dL_dy|chain rule|multipl"
import numpy as np


class Sigmoid:
    def forward(self, x):
        a = np.exp(-np.abs(x))
        self.s = (np.where(x < 0, a, 1) / (1 + a)).astype(x.dtype)
        return self.s

    def backward(self, dL_dy):
        return self.s - self.s**2
