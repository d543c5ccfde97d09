# exercise = "m6_language/bpe.py"
# mistake = "a negative id reads the table from its end"
# caught_by = ["m6.bpe.errors"]
# names = "negative|-1|−1"
# methods = true
class BPETokeniser:
    def decode(self, ids):
        try:
            return b"".join(self.tokens[i] for i in ids).decode("utf-8", "replace")
        except IndexError:
            raise ValueError(f"expected ids in [0, {len(self.tokens)}), got {max(ids)}") from None
