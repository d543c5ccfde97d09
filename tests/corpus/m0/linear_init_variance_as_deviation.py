# exercise = "m0_mlp/layers.py"
# mistake = "2 / fan_in, the variance, passed as the standard deviation"
# caught_by = ["m0.linear.init"]
# names = "variance|square root|sqrt|root"
# methods = true
import numpy as np


class Linear:
    def __init__(self, in_features, out_features, bias=True, *, rng=None):
        self.in_features, self.out_features = in_features, out_features
        rng = rng or np.random.default_rng()
        self.W = rng.normal(0, 2 / in_features, size=(out_features, in_features))
        self.b = np.zeros(out_features) if bias else None
