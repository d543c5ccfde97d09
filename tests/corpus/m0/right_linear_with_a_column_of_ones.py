# exercise = "m0_mlp/layers.py"
# right = true
# note = "The bias is a column of the weights, joined at every call; gradients lie in Fortran order"
# methods = true
import numpy as np


class Linear:
    def forward(self, x):
        if x.ndim != 2 or x.shape[1] != self.in_features:
            raise ValueError(f"expected (N, {self.in_features}), got {x.shape}")
        self._x = np.c_[x, np.ones(len(x), x.dtype)] if self.b is not None else x
        self._W = np.c_[self.W, self.b].astype(x.dtype) if self.b is not None else self.W.astype(x.dtype)
        return np.asfortranarray(self._x @ self._W.T)

    def backward(self, dL_dy):
        both = np.asfortranarray(dL_dy.T @ self._x)
        self.dL_dW = both[:, : self.in_features]
        if self.b is not None:
            self.dL_db = both[:, -1]
        return (dL_dy @ self._W[:, : self.in_features]).astype(self._x.dtype)
