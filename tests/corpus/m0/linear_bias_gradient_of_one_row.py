# exercise = "m0_mlp/layers.py"
# mistake = "dL_db is summed over the outputs (axis 1) instead of the batch"
# caught_by = ["m0.linear.parameters", "m0.linear.gradient"]
# names = "axis|batch|rows|outputs"
import numpy as np


class Linear:
    def __init__(self, in_features, out_features, bias=True, *, rng=None):
        rng = rng or np.random.default_rng()
        self.W = rng.standard_normal((out_features, in_features)) * np.sqrt(2 / in_features)
        self.b = np.zeros(out_features) if bias else None

    def forward(self, x):
        if x.ndim != 2 or x.shape[1] != self.W.shape[1]:
            raise ValueError(f"expected (N, {self.W.shape[1]}), got {x.shape}")
        self.x = x
        out = np.matmul(x, self.W.T.astype(x.dtype))
        return out if self.b is None else np.add(out, self.b.astype(x.dtype))

    def backward(self, dL_dy):
        self.dL_dW = np.matmul(dL_dy.T, self.x)
        if self.b is not None:
            self.dL_db = dL_dy.sum(axis=1)
        return np.matmul(dL_dy, self.W.astype(self.x.dtype))
