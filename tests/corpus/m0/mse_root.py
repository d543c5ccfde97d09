# exercise = "m0_mlp/losses.py"
# mistake = "returns the root of the mean square"
# caught_by = ["m0.mse.forward"]
# names = "root|sqrt"
# methods = true
import numpy as np


class MSELoss:
    def forward(self, prediction, target):
        if prediction.shape != target.shape:
            raise ValueError(f"{prediction.shape} {target.shape}")
        self.difference = (prediction - target).astype(prediction.dtype)
        return float(np.sqrt(np.mean(np.square(self.difference))))
