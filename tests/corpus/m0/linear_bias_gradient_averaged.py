# exercise = "m0_mlp/layers.py"
# mistake = "the bias gradient is the mean over the batch, not the sum"
# caught_by = ["m0.linear.parameters", "m0.linear.gradient"]
# names = "averag|mean|batch size|divid|by N\\b|sum"
# misnames = "sign|transpos"
import numpy as np


class Linear:
    def __init__(self, in_features, out_features, bias=True, *, rng=None):
        rng = rng if rng is not None else np.random.default_rng()
        self.in_features, self.out_features = in_features, out_features
        self.W = rng.normal(scale=(2 / in_features) ** 0.5, size=(out_features, in_features))
        self.b = np.zeros(out_features) if bias else None

    def forward(self, X):
        if X.ndim != 2 or X.shape[1] != self.in_features:
            raise ValueError("expected (N, %d), got %s" % (self.in_features, X.shape))
        self.X = X
        Z = np.einsum("nd,kd->nk", X, self.W.astype(X.dtype))
        if self.b is not None:
            Z += self.b.astype(X.dtype)
        return Z

    def backward(self, dZ):
        self.dL_dW = np.einsum("nk,nd->kd", dZ, self.X)
        if self.b is not None:
            self.dL_db = dZ.mean(axis=0)
        return np.einsum("nk,kd->nd", dZ, self.W).astype(self.X.dtype)
