# exercise = "m3_attention/encoder.py"
# mistake = "backward of the norm-last block forgets both residual paths"
# caught_by = ["m3.block.backward"]
# names = "residual|both terms|sum|path"
# methods = true
class TransformerEncoderBlock:
    def backward(self, dL_dy):
        if self.norm_first:
            dL_dy = dL_dy + self.norm2.backward(self.feed_forward.backward(dL_dy))
            return dL_dy + self.norm1.backward(self.attention.backward(dL_dy))
        d = self.norm2.backward(dL_dy)
        d = self.norm1.backward(self.feed_forward.backward(d))
        return self.attention.backward(d)
