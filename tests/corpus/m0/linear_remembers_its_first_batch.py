# exercise = "m0_mlp/layers.py"
# mistake = "the input is stored only if none was stored yet: later backwards use the first batch"
# caught_by = ["m0.linear.behaviour", "m0.linear.parameters"]
# names = "first|earlier|latest|stale|previous|old|cache"
# methods = true
class Linear:
    def forward(self, x):
        if x.ndim != 2 or x.shape[1] != self.in_features:
            raise ValueError(f"expected (N, {self.in_features}), got {x.shape}")
        W = self.W.astype(x.dtype)
        if not hasattr(self, "cache") or self.cache[0].shape != x.shape:
            self.cache = (x, W)
        out = x @ W.T
        if self.b is not None:
            out += self.b.astype(x.dtype)
        return out
