# exercise = "m6_language/bpe.py"
# mistake = "the longest token that fits is taken, as WordPiece does"
# caught_by = ["m6.bpe.encode"]
# names = "longest"
# methods = true
class BPETokeniser:
    def encode(self, text):
        ids = []
        for piece in split(text):
            data = _utf8(piece)
            while data:
                n = next(n for n in range(len(data), 0, -1) if data[:n] in self.ids)
                ids.append(self.ids[data[:n]])
                data = data[n:]
        return ids
