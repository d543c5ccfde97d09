# exercise = "m6_language/bpe.py"
# mistake = "white space at the ends of the text is stripped"
# caught_by = ["m6.bpe.encode"]
# names = "white space|strip"
# methods = true
class BPETokeniser:
    def encode(self, text):
        out = []
        for piece in split(text.strip()):
            out.extend(self._encode_piece(piece))
        return out
