# exercise = "m6_language/decoder.py"
# mistake = "the attention's branch gets dL_dy alone, without what came through the network"
# caught_by = ["m6.decoder.backward"]
# names = "attention|network|middle|fork|branch"
# methods = true
class DecoderBlock:
    def backward(self, dL_dy):
        network = self.norm2.backward(self.feed_forward.backward(dL_dy))
        attention = self.norm1.backward(self.attention.backward(dL_dy))
        return dL_dy + network + attention
