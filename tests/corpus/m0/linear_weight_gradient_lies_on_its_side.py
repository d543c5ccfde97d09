# exercise = "m0_mlp/layers.py"
# mistake = "dL_dW comes as (in, out), the transpose of W"
# caught_by = ["m0.linear.parameters", "m0.linear.gradient"]
# names = "transpos|shape|\\(out, in\\)|D_out, D_in"
import numpy as np


class Linear:
    def __init__(self, in_features, out_features, bias=True, *, rng=None):
        gen = np.random.default_rng() if rng is None else rng
        self.in_features = in_features
        self.W = gen.standard_normal((out_features, in_features)) * np.sqrt(2 / in_features)
        self.b = np.zeros((out_features,)) if bias else None

    def forward(self, inp):
        if inp.ndim != 2 or inp.shape[-1] != self.in_features:
            raise ValueError(f"need (N, {self.in_features}), not {inp.shape}")
        self.inp = inp
        out = np.dot(inp, self.W.T)
        if self.b is not None:
            out = out + self.b
        return out.astype(inp.dtype)

    def backward(self, grad):
        self.dL_dW = np.dot(self.inp.T, grad)
        if self.b is not None:
            self.dL_db = np.sum(grad, axis=0)
        return np.dot(grad, self.W).astype(self.inp.dtype)
