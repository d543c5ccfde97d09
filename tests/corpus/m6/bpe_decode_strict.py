# exercise = "m6_language/bpe.py"
# mistake = "half a character raises UnicodeDecodeError"
# caught_by = ["m6.bpe.decode"]
# names = "U\\+FFFD|errors=|replace|not UTF-8|no UTF-8"
# methods = true
class BPETokeniser:
    def decode(self, ids):
        ids = list(ids)
        if any(i < 0 or i >= len(self.tokens) for i in ids):
            raise ValueError(f"expected ids below {len(self.tokens)}, got {ids}")
        return b"".join([self.tokens[i] for i in ids]).decode("utf-8")
