# exercise = "m6_language/bpe.py"
# mistake = "every token is decoded alone"
# caught_by = ["m6.bpe.decode"]
# names = "by itself|spread|each token"
# methods = true
class BPETokeniser:
    def decode(self, ids):
        text = ""
        for i in ids:
            if not 0 <= i < self.vocab_size:
                raise ValueError(f"expected an id below {self.vocab_size}, got {i}")
            text += self.tokens[i].decode("utf-8", errors="replace")
        return text
