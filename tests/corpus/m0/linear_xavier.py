# exercise = "m0_mlp/layers.py"
# mistake = "Glorot's deviation, sqrt(2 / (in + out))"
# caught_by = ["m0.linear.init"]
# names = "Xavier|Glorot|in \\+ out|sum of|average of|both"
# methods = true
import numpy as np


class Linear:
    def __init__(self, in_features, out_features, bias=True, *, rng=None):
        self.in_features, self.out_features = in_features, out_features
        rng = rng or np.random.default_rng()
        self.W = np.sqrt(2 / (in_features + out_features)) * rng.standard_normal((out_features, in_features))
        self.b = np.zeros(out_features) if bias else None
