# exercise = "m3_attention/encoder.py"
# mistake = "norm1 and norm2 are one object: its cache and gradients are those of the later use"
# caught_by = ["m3.block.forward", "m3.block.backward", "m3.block.norm_first_backward", "m3.block.behaviour", "m3.block.norm_first"]
# names = "same|share|one object|both|two LayerNorm|of its own|another"
# misnames = "changes nothing"
# methods = true
import numpy as np

from m3_attention.layernorm import LayerNorm
from m3_attention.multihead import MultiHeadAttention


class TransformerEncoderBlock:
    def __init__(self, d_model, num_heads, d_ff, norm_first=False, *, rng=None):
        rng = rng or np.random.default_rng()
        self.norm_first = norm_first
        self.attention = MultiHeadAttention(d_model, num_heads, rng=rng)
        self.feed_forward = FeedForward(d_model, d_ff, rng=rng)
        self.norm1 = self.norm2 = LayerNorm(d_model)
