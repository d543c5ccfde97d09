# exercise = "m1_cnn/pool.py"
# mistake = "the shape is stored at the first call only"
# caught_by = ["m1.flatten.*"]
# names = "every forward|latest|anew|earlier"
# methods = true
import numpy as np


class Flatten:
    def forward(self, x):
        if x.ndim < 2:
            raise ValueError(f"expected at least two axes, got {x.shape}")
        if not hasattr(self, "in_shape"):
            self.in_shape = x.shape[1:]
        return x.reshape(x.shape[0], -1)

    def backward(self, dL_dy):
        return dL_dy.reshape(-1, *self.in_shape)
