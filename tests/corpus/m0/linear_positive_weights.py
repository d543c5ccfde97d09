# exercise = "m0_mlp/layers.py"
# mistake = "weights from rng.random, which are all positive"
# caught_by = ["m0.linear.init"]
# names = "normal|negative"
# methods = true
import numpy as np


class Linear:
    def __init__(self, in_features, out_features, bias=True, *, rng=None):
        self.in_features, self.out_features = in_features, out_features
        rng = np.random.default_rng() if rng is None else rng
        self.W = rng.random((out_features, in_features)) * np.sqrt(2.0 / in_features)
        self.b = np.zeros(out_features) if bias else None
