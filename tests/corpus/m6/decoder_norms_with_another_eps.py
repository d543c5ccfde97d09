# exercise = "m6_language/decoder.py"
# mistake = "both norms have LayerNorm's eps of 1e-5"
# caught_by = ["m6.decoder.forward"]
# names = "eps"
# methods = true
class DecoderBlock:
    def __init__(self, d_model, num_heads, d_ff, num_kv_heads=None, *, rng=None):
        self.norm1, self.norm2 = RMSNorm(d_model, 1e-5), RMSNorm(d_model, 1e-5)
        self.attention = CausalSelfAttention(d_model, num_heads, num_kv_heads, rng=rng)
        self.feed_forward = SwiGLU(d_model, d_ff, rng=rng)
