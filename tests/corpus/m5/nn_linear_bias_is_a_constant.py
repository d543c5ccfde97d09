# exercise = "m5_autograd/nn.py"
# mistake = "b does not require a gradient, so it is never trained"
# caught_by = ["m5.linear.init", "m5.linear.forward", "m5.mlp.init"]
# names = "\\bb\\b|bias|requires"
# methods = true
import numpy as np


class Linear:
    def __init__(self, in_features, out_features, *, rng=None):
        rng = rng or np.random.default_rng()
        self.in_features, self.out_features = in_features, out_features
        self.W = Tensor(rng.normal(0, np.sqrt(2 / in_features), (out_features, in_features)), requires_grad=True)
        self.b = Tensor(np.zeros(out_features))
