# exercise = "m0_mlp/layers.py"
# mistake = "1 - y instead of 1 - y²"
# caught_by = ["m0.tanh.backward", "m0.tanh.gradient"]
# names = "square|y\\*\\*2|y²|1 - y|1 − y"
import numpy as np


class Tanh:
    def forward(self, x):
        self.t = np.tanh(x)
        return self.t

    def backward(self, dout):
        return dout * (1 - self.t)
