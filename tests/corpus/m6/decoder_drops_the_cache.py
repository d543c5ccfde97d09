# exercise = "m6_language/decoder.py"
# mistake = "the cache is taken and not handed on"
# caught_by = ["m6.decoder.cache"]
# names = "cache"
# methods = true
class DecoderBlock:
    def forward(self, x, cache=None):
        h = self.norm1.forward(x)
        x = x + self.attention.forward(h)
        h = self.norm2.forward(x)
        return x + self.feed_forward.forward(h)
