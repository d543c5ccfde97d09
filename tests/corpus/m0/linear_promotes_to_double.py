# exercise = "m0_mlp/layers.py"
# mistake = "float32 input comes out as float64, because W is float64 and is not cast"
# caught_by = ["m0.linear.behaviour", "m0.linear.forward"]
# names = "float32|float64|dtype"
import numpy as np


class Linear:
    def __init__(self, in_features, out_features, bias=True, *, rng=None):
        rng = rng or np.random.default_rng()
        std = np.sqrt(2 / in_features)
        self.W = std * rng.standard_normal((out_features, in_features))
        self.b = np.zeros(out_features) if bias else None

    def forward(self, x):
        if x.ndim != 2 or x.shape[1] != self.W.shape[1]:
            raise ValueError(f"got {x.shape}")
        self.last = x
        out = x @ self.W.T
        if self.b is not None:
            out = out + self.b
        return out

    def backward(self, up):
        self.dL_dW = up.T @ self.last
        if self.b is not None:
            self.dL_db = up.sum(0)
        return up @ self.W
