# exercise = "m0_mlp/losses.py"
# mistake = "sum over the features, mean over the rows"
# caught_by = ["m0.mse.forward", "m0.mse.backward"]
# names = "all elements|rows|batch|feature|first axis|\\bN\\b"
# misnames = "factor of 2|half"
import numpy as np


class MSELoss:
    def forward(self, prediction, target):
        if prediction.shape != target.shape:
            raise ValueError(f"shapes differ: {prediction.shape} vs {target.shape}")
        self.err = (prediction - target).astype(prediction.dtype)
        self.n = prediction.shape[0] if prediction.ndim else 1
        return float((self.err**2).sum() / self.n)

    def backward(self):
        return 2 * self.err / self.n
