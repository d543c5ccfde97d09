# exercise = "m0_mlp/layers.py"
# mistake = "the bias is used only if any of it is not zero, and so is its gradient"
# caught_by = ["m0.linear.*"]
# names = "bias|dL_db"
# methods = true
import numpy as np


class Linear:
    def forward(self, x):
        if x.ndim != 2 or x.shape[1] != self.in_features:
            raise ValueError(f"expected (N, {self.in_features}), got {x.shape}")
        self.x = x
        z = x.dot(self.W.T.astype(x.dtype))
        if self.b is not None and self.b.any():
            z = z + self.b.astype(x.dtype)
        return z

    def backward(self, dL_dy):
        self.dL_dW = dL_dy.T.dot(self.x)
        if self.b is not None and self.b.any():
            self.dL_db = np.sum(dL_dy, axis=0)
        return dL_dy.dot(self.W).astype(self.x.dtype)
