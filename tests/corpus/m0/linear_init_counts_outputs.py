# exercise = "m0_mlp/layers.py"
# mistake = "He's deviation from fan-out instead of fan-in"
# caught_by = ["m0.linear.init"]
# names = "fan.?out|out_features|fan.?in|in_features|outputs"
import numpy as np


class Linear:
    def __init__(self, in_features, out_features, bias=True, *, rng=None):
        if rng is None:
            rng = np.random.default_rng()
        self.in_features = in_features
        self.W = rng.standard_normal((out_features, in_features)) * np.sqrt(2.0 / out_features)
        self.b = np.zeros(out_features) if bias else None

    def forward(self, x):
        if x.ndim != 2:
            raise ValueError("x must have two axes, has %d" % x.ndim)
        if x.shape[1] != self.in_features:
            raise ValueError("x has %d features, I want %d" % (x.shape[1], self.in_features))
        self.x = x.copy()
        y = x.dot(self.W.T.astype(x.dtype))
        if self.b is None:
            return y
        return y + self.b.astype(x.dtype)

    def backward(self, dout):
        self.dL_dW = dout.T.dot(self.x)
        if self.b is not None:
            self.dL_db = dout.sum(0)
        return dout.dot(self.W.astype(self.x.dtype))
