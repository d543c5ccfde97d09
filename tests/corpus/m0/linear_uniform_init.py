# exercise = "m0_mlp/layers.py"
# mistake = "a uniform distribution of bound sqrt(2 / in), not a normal one: the deviation is 1 / sqrt(3) of it"
# caught_by = ["m0.linear.init"]
# names = "uniform|normal|bound|√3|sqrt\\(3"
# methods = true
import numpy as np


class Linear:
    def __init__(self, in_features, out_features, bias=True, *, rng=None):
        self.in_features, self.out_features = in_features, out_features
        rng = np.random.default_rng() if rng is None else rng
        k = np.sqrt(2 / in_features)
        self.W = rng.uniform(-k, k, (out_features, in_features))
        self.b = np.zeros(out_features) if bias else None
