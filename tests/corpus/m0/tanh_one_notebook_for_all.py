# exercise = "m0_mlp/layers.py"
# mistake = "the cache is a list on the class, shared by all Tanh objects"
# caught_by = ["m0.tanh.behaviour", "m0.tanh.backward"]
# names = "share|class|another|other object|two objects|second"
import numpy as np


class Tanh:
    cache = []

    def forward(self, x):
        y = np.tanh(x)
        self.cache.append(y)
        return y

    def backward(self, dout):
        y = self.cache[-1]
        return dout * (1.0 - y**2)
