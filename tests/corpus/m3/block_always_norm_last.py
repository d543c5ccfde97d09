# exercise = "m3_attention/encoder.py"
# mistake = "norm_first is ignored"
# caught_by = ["m3.block.norm_first", "m3.block.norm_first_backward"]
# names = "ignor|never|no effect|not used|unused|both values"
# misnames = "inverted"
# methods = true
class TransformerEncoderBlock:
    def forward(self, x, mask=None):
        a = self.norm1.forward(x + self.attention.forward(x, mask))
        return self.norm2.forward(a + self.feed_forward.forward(a))

    def backward(self, dL_dy):
        d = self.norm2.backward(dL_dy)
        d = self.norm1.backward(d + self.feed_forward.backward(d))
        return d + self.attention.backward(d)
