# exercise = "m0_mlp/layers.py"
# mistake = "a vector is accepted and made a row; the contract wants a ValueError"
# caught_by = ["m0.linear.errors"]
# names = "ValueError|rank|\\(3,\\)|axes|shape"
import numpy as np


class Linear:
    def __init__(self, in_features, out_features, bias=True, *, rng=None):
        rng = rng or np.random.default_rng()
        self.W = rng.normal(0.0, np.sqrt(2.0 / in_features), (out_features, in_features))
        self.b = np.zeros(out_features) if bias else None

    def forward(self, x):
        x = np.atleast_2d(x)
        if x.shape[-1] != self.W.shape[1]:
            raise ValueError(f"expected {self.W.shape[1]} features, got {x.shape[-1]}")
        self.x = x
        y = x @ self.W.T.astype(x.dtype)
        return y if self.b is None else y + self.b.astype(x.dtype)

    def backward(self, dy):
        self.dL_dW = dy.T @ self.x
        if self.b is not None:
            self.dL_db = dy.sum(axis=0)
        return dy @ self.W.astype(self.x.dtype)
