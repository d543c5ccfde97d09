# exercise = "m6_language/decoder.py"
# mistake = "x += writes into the caller's array"
# caught_by = ["m6.decoder.behaviour", "m6.decoder.forward"]
# names = "input|in place|\\+=|changed"
# methods = true
class DecoderBlock:
    def forward(self, x, cache=None):
        x += self.attention.forward(self.norm1.forward(x), cache)
        x += self.feed_forward.forward(self.norm2.forward(x))
        return x
