# exercise = "m6_language/decoder.py"
# right = true
# note = "both branches in one loop, forward and back"
# methods = true
class DecoderBlock:
    def __init__(self, d_model, num_heads, d_ff, num_kv_heads=None, *, rng=None):
        self.feed_forward = SwiGLU(d_model, d_ff, rng=rng)
        self.attention = CausalSelfAttention(d_model, num_heads, num_kv_heads, rng=rng)
        self.norm2, self.norm1 = RMSNorm(d_model), RMSNorm(d_model)

    def _branches(self):
        return [(self.norm1, self.attention), (self.norm2, self.feed_forward)]

    def forward(self, x, cache=None):
        for norm, layer in self._branches():
            extra = (cache,) if layer is self.attention else ()
            x = layer.forward(norm.forward(x), *extra) + x
        return x

    def backward(self, dL_dy):
        for norm, layer in reversed(self._branches()):
            dL_dy = norm.backward(layer.backward(dL_dy)) + dL_dy
        return dL_dy
