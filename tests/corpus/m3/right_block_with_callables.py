# exercise = "m3_attention/encoder.py"
# right = true
# note = "a residual helper; parts are created in another order"
# methods = true
import numpy as np

from m3_attention.layernorm import LayerNorm
from m3_attention.multihead import MultiHeadAttention


class TransformerEncoderBlock:
    def __init__(self, d_model, num_heads, d_ff, norm_first=False, *, rng=None):
        rng = np.random.default_rng() if rng is None else rng
        self.feed_forward = FeedForward(d_model, d_ff, rng=rng)
        self.attention = MultiHeadAttention(d_model, num_heads, rng=rng)
        self.norm1, self.norm2 = (LayerNorm(d_model) for _ in range(2))
        self.norm_first = bool(norm_first)

    def _halves(self):
        return (self.norm1, self.attention), (self.norm2, self.feed_forward)

    def forward(self, x, mask=None):
        self._dtype = x.dtype
        for norm, part in self._halves():
            more = (mask,) if part is self.attention else ()
            if self.norm_first:
                x = x + part.forward(norm.forward(x), *more)
            else:
                x = norm.forward(x + part.forward(x, *more))
        return x

    def backward(self, dL_dy):
        d = dL_dy
        for norm, part in reversed(self._halves()):
            if self.norm_first:
                d = d + norm.backward(part.backward(d))
            else:
                d = norm.backward(d)
                d = d + part.backward(d)
        return d.astype(self._dtype)
