# exercise = "m5_autograd/nn.py"
# mistake = "W is stored as (in, out)"
# caught_by = ["m5.linear.init", "m5.linear.forward", "m5.mlp.init"]
# names = "\\(out, in\\)|transpos|shape"
# methods = true
import numpy as np


class Linear:
    def __init__(self, in_features, out_features, *, rng=None):
        rng = rng or np.random.default_rng()
        self.in_features, self.out_features = in_features, out_features
        self.W = Tensor(rng.normal(0, np.sqrt(2 / in_features), (in_features, out_features)), requires_grad=True)
        self.b = Tensor(np.zeros(out_features), requires_grad=True)

    def forward(self, x):
        if len(x.shape) < 2 or x.shape[-1] != self.in_features:
            raise ValueError(f"expected (N, {self.in_features}), got {x.shape}")
        return x @ self.W + self.b
