# exercise = "m0_mlp/losses.py"
# mistake = "half of the mean squared error"
# caught_by = ["m0.mse.forward", "m0.mse.backward"]
# names = "hal(f|ve)|½|0\\.5|factor"
import numpy as np


class MSELoss:
    def forward(self, prediction, target):
        if np.shape(prediction) != np.shape(target):
            raise ValueError(f"{np.shape(prediction)} is not {np.shape(target)}")
        self.d = (prediction - target).astype(prediction.dtype)
        return float(0.5 * np.mean(self.d * self.d))

    def backward(self):
        return self.d / self.d.size
