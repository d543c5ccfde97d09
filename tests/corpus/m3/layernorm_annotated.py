# exercise = "m3_attention/layernorm.py"
# mistake = "two at once: n - 1 in the deviation, and eps outside of the root"
# caught_by = ["m3.layernorm.forward", "m3.layernorm.gradient"]
# names = "(n|E) [-−] 1|unbiased|eps"
# methods = true
class LayerNorm:
    def forward(self, x):
        if x.shape[-1:] != (self.d_model,):
            raise ValueError(f"expected (..., {self.d_model}), got {x.shape}")
        ddof = 1 if self.d_model > 1 else 0
        std = x.std(-1, ddof=ddof, keepdims=True) + x.dtype.type(self.eps)
        x_hat = (x - x.mean(-1, keepdims=True)) / std
        self.cache = x_hat, std, self.gamma.astype(x.dtype)
        return self.gamma.astype(x.dtype) * x_hat + self.beta.astype(x.dtype)
