# exercise = "m0_mlp/losses.py"
# mistake = "backward forgets the division by the number of elements"
# caught_by = ["m0.mse.backward", "m0.mse.gradient"]
# names = "mean|divid|number of elements|size|sum"
import numpy as np


class MSELoss:
    def forward(self, yhat, y):
        if yhat.shape != y.shape:
            raise ValueError(f"want one shape, got {yhat.shape}, {y.shape}")
        self.yhat, self.y = yhat, y
        return float(np.average((y - yhat) ** 2))

    def backward(self):
        return (-2 * (self.y - self.yhat)).astype(self.yhat.dtype)
