# exercise = "m0_mlp/layers.py"
# mistake = "e^x / (1 + e^x) is inf / inf = nan at 1000"
# caught_by = ["m0.sigmoid.forward", "m0.sigmoid.backward", "m0.sigmoid.behaviour"]
# names = "overflow|nan|inf|large"
import numpy as np


class Sigmoid:
    def forward(self, x):
        ex = np.exp(x)
        self.s = ex / (1 + ex)
        return self.s

    def backward(self, dL_ds):
        return dL_ds * self.s * (1 - self.s)
