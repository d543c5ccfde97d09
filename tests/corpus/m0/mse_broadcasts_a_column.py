# exercise = "m0_mlp/losses.py"
# mistake = "(N, 1) against (N,) is broadcast to (N, N) without a word"
# caught_by = ["m0.mse.forward", "m0.mse.behaviour", "m0.mse.errors"]
# names = "broadcast|shape|ValueError"
import numpy as np


class MSELoss:
    def forward(self, prediction, target):
        self.diff = np.asarray(prediction - target, dtype=prediction.dtype)
        return float(np.mean(self.diff**2))

    def backward(self):
        return 2 * self.diff / self.diff.size
