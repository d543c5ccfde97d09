# exercise = "m0_mlp/layers.py"
# mistake = "every backward adds to dL_dW and dL_db, as PyTorch does with .grad; the contract overwrites"
# caught_by = ["m0.linear.behaviour", "m0.linear.parameters"]
# names = "accumulat|add(s|ed)? up|overwrit|\\+=|second|earlier|previous"
import numpy as np


class Linear:
    def __init__(self, in_features, out_features, bias=True, *, rng=None):
        rng = np.random.default_rng() if rng is None else rng
        self.W = np.sqrt(2 / in_features) * rng.standard_normal((out_features, in_features))
        self.b = np.zeros(out_features) if bias else None
        self.dL_dW = np.zeros_like(self.W)
        if bias:
            self.dL_db = np.zeros_like(self.b)

    def forward(self, x):
        if x.ndim != 2 or x.shape[1] != self.W.shape[1]:
            raise ValueError(f"cannot multiply {x.shape} by weights of {self.W.shape}")
        self._x = x
        y = x @ self.W.astype(x.dtype).T
        if self.b is not None:
            y += self.b.astype(x.dtype)
        return y

    def backward(self, dy):
        self.dL_dW = self.dL_dW + dy.T @ self._x
        if self.b is not None:
            self.dL_db = self.dL_db + dy.sum(axis=0)
        return dy @ self.W.astype(self._x.dtype)
