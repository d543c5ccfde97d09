# exercise = "m3_attention/encoder.py"
# mistake = "the feed-forward network's residual adds the block's own input, not the attention's result"
# caught_by = ["m3.block.forward", "m3.block.norm_first"]
# names = "residual|input"
# methods = true
class TransformerEncoderBlock:
    def forward(self, x, mask=None):
        if self.norm_first:
            a = x + self.attention.forward(self.norm1.forward(x), mask)
            return x + self.feed_forward.forward(self.norm2.forward(a))
        a = self.norm1.forward(x + self.attention.forward(x, mask))
        return self.norm2.forward(x + self.feed_forward.forward(a))
