# exercise = "m0_mlp/layers.py"
# mistake = "backward applies the sigmoid to the output once more before s (1 - s)"
# caught_by = ["m0.sigmoid.backward", "m0.sigmoid.gradient"]
# names = "twice|again|already|of y|of the output|second time"
# misnames = "factor|1 \\+ "
import numpy as np


def sigmoid(z):
    return np.where(z >= 0, 1 / (1 + np.exp(-np.abs(z))), np.exp(-np.abs(z)) / (1 + np.exp(-np.abs(z))))


def sigmoid_prime(z):
    return sigmoid(z) * (1 - sigmoid(z))


class Sigmoid:
    def forward(self, x):
        self.out = sigmoid(x)
        return self.out

    def backward(self, dout):
        return dout * sigmoid_prime(self.out)
