# exercise = "m3_attention/encoder.py"
# mistake = "the mask is not passed to the attention"
# caught_by = ["m3.block.forward", "m3.block.norm_first"]
# names = "mask"
# methods = true
class TransformerEncoderBlock:
    def forward(self, x, mask=None):
        att, ff, n1, n2 = self.attention, self.feed_forward, self.norm1, self.norm2
        if self.norm_first:
            x = x + att.forward(n1.forward(x))
            return x + ff.forward(n2.forward(x))
        x = n1.forward(x + att.forward(x))
        return n2.forward(x + ff.forward(x))
