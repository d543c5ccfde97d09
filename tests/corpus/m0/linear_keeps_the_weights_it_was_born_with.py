# exercise = "m0_mlp/layers.py"
# mistake = "the transposed weights are made once in __init__; a W assigned later is not used by forward"
# caught_by = ["m0.linear.forward", "m0.linear.parameters", "m0.linear.gradient", "m0.linear.behaviour"]
# names = "assign|replac|__init__|copied|copy|read self\\.W|latest|changes nothing|no effect"
import numpy as np


class Linear:
    def __init__(self, in_features, out_features, bias=True, *, rng=None):
        rng = rng or np.random.default_rng()
        self.W = rng.normal(0.0, np.sqrt(2.0 / in_features), (out_features, in_features))
        self.WT = self.W.T
        self.b = np.zeros(out_features) if bias else None

    def forward(self, x):
        if x.ndim != 2 or x.shape[1] != len(self.WT):
            raise ValueError(f"expected {len(self.WT)} columns: {x.shape}")
        self.x = x
        y = x @ self.WT.astype(x.dtype)
        if self.b is not None:
            y = y + self.b.astype(x.dtype)
        return y

    def backward(self, dy):
        self.dL_dW = (self.x.T @ dy).T
        if self.b is not None:
            self.dL_db = dy.sum(axis=0)
        return dy @ self.WT.T.astype(self.x.dtype)
