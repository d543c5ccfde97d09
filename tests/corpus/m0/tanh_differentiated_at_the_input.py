# exercise = "m0_mlp/layers.py"
# mistake = "1 - x² with x, the input, where y = tanh(x) belongs"
# caught_by = ["m0.tanh.backward", "m0.tanh.gradient"]
# names = "\\bx\\b.*\\by\\b|input|1 - x|1 − x|output"
import numpy as np


class Tanh:
    def forward(self, x):
        self.saved = x
        return np.tanh(x)

    def backward(self, dout):
        return dout * (1 - np.square(self.saved))
