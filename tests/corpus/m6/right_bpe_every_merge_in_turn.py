# exercise = "m6_language/bpe.py"
# right = true
# note = "encode walks through all merges once, in order"
# methods = true
class BPETokeniser:
    def encode(self, text):
        ids = []
        for piece in split(text):
            parts = [bytes([b]) for b in _utf8(piece)]
            for merge in self.merges:
                if len(parts) < 2:
                    break
                i = 0
                while i < len(parts) - 1:
                    if parts[i] == merge[0] and parts[i + 1] == merge[1]:
                        parts[i : i + 2] = [merge[0] + merge[1]]
                    i += 1
            ids += [self.ids[p] for p in parts]
        return ids
