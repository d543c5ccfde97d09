# exercise = "m0_mlp/layers.py"
# mistake = "the input is clipped to ±10 against overflow, so 1000 gives 0.99995"
# caught_by = ["m0.sigmoid.forward", "m0.sigmoid.backward"]
# names = "clip|limit|cut|bound"
import numpy as np


class Sigmoid:
    def forward(self, x):
        z = np.clip(x, -10.0, 10.0)
        self.a = 1.0 / (1.0 + np.exp(-z))
        return self.a

    def backward(self, d):
        return d * (self.a - self.a**2)
