# exercise = "m0_mlp/layers.py"
# mistake = "weights from np.random.randn, the rng that was passed is not used"
# caught_by = ["m0.linear.init", "m0.mlp.init"]
# names = "rng|generator|np\\.random|seed"
import numpy as np


class Linear:
    def __init__(self, in_features, out_features, bias=True, *, rng=None):
        self.nin = in_features
        self.W = np.random.randn(out_features, in_features) * np.sqrt(2.0 / in_features)
        self.b = np.zeros(out_features) if bias else None

    def forward(self, x):
        if x.ndim != 2 or x.shape[1] != self.nin:
            raise ValueError(f"bad shape {x.shape}, wanted (N, {self.nin})")
        self.x = x
        y = x @ self.W.T.astype(x.dtype)
        return y if self.b is None else y + self.b.astype(x.dtype)

    def backward(self, g):
        self.dL_dW = g.T @ self.x
        if self.b is not None:
            self.dL_db = g.sum(axis=0)
        return g @ self.W.astype(self.x.dtype)
