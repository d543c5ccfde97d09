# exercise = "m0_mlp/layers.py"
# right = true
# note = "loops over the rows, outer products; W kept as float32"
import numpy as np


class Linear:
    def __init__(self, in_features, out_features, bias=True, *, rng=None):
        rng = rng or np.random.default_rng()
        self.W = (rng.standard_normal((out_features, in_features)) * (2 / in_features) ** 0.5).astype(np.float32)
        self.b = np.zeros(out_features, np.float32) if bias else None

    def forward(self, x):
        if x.ndim != 2 or x.shape[1] != self.W.shape[1]:
            raise ValueError(f"expected (N, {self.W.shape[1]}) but x is {x.shape}")
        self.x = np.array(x)
        out = np.empty((len(x), len(self.W)), x.dtype)
        for n, row in enumerate(x):
            out[n] = self.W.astype(x.dtype) @ row
            if self.b is not None:
                out[n] += self.b
        return out

    def backward(self, dL_dy):
        self.dL_dW = np.zeros(self.W.shape)
        dL_dx = np.zeros(self.x.shape, self.x.dtype)
        for n in range(len(dL_dy)):
            self.dL_dW += np.outer(dL_dy[n], self.x[n])
            dL_dx[n] = self.W.astype(self.x.dtype).T @ dL_dy[n]
        if self.b is not None:
            self.dL_db = np.add.reduce(dL_dy, axis=0)
        return dL_dx
