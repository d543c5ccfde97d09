# exercise = "m0_mlp/losses.py"
# right = true
# note = "flattens and takes a dot product, returns a NumPy float"
import numpy as np


class MSELoss:
    def forward(self, prediction, target):
        if prediction.shape != target.shape:
            raise ValueError(f"prediction {prediction.shape}, target {target.shape}")
        e = np.subtract(prediction, target, dtype=np.float64).ravel()
        self.e, self.like = e, prediction
        return np.dot(e, e) / e.size

    def backward(self):
        return (self.e * (2.0 / self.e.size)).reshape(self.like.shape).astype(self.like.dtype)
