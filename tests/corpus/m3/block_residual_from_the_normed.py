# exercise = "m3_attention/encoder.py"
# mistake = "with norm_first the residual path takes the normalised x"
# caught_by = ["m3.block.norm_first"]
# names = "residual|norm|x itself|normalised"
# methods = true
class TransformerEncoderBlock:
    def forward(self, x, mask=None):
        if not self.norm_first:
            x = self.norm1.forward(x + self.attention.forward(x, mask))
            return self.norm2.forward(x + self.feed_forward.forward(x))
        x = self.norm1.forward(x)
        x = x + self.attention.forward(x, mask)
        x = self.norm2.forward(x)
        return x + self.feed_forward.forward(x)

    def backward(self, dL_dy):
        if not self.norm_first:
            d = self.norm2.backward(dL_dy)
            d = self.norm1.backward(d + self.feed_forward.backward(d))
            return d + self.attention.backward(d)
        d = self.norm2.backward(dL_dy + self.feed_forward.backward(dL_dy))
        return self.norm1.backward(d + self.attention.backward(d))
