# exercise = "m6_language/decoder.py"
# mistake = "attention and network side by side, as GPT-J has them"
# caught_by = ["m6.decoder.forward"]
# names = "block's input|parallel|reads"
# methods = true
class DecoderBlock:
    def forward(self, x, cache=None):
        return x + self.attention.forward(self.norm1.forward(x), cache) + self.feed_forward.forward(self.norm2.forward(x))
