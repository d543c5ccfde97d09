# exercise = "m6_language/bpe.py"
# right = true
# note = "Bytes live in latin-1 strings while learning; all pairs are counted anew each round; nothing is checked but ids"
import re
from collections import Counter


def split(text):
    return [m.group() for m in re.finditer(r" ?\w+| ?[^\w\s]+|\s+", text)]


def _joined(parts, pair):
    out, at = [], 0
    while at < len(parts):
        fits = tuple(parts[at : at + 2]) == pair
        out.append("".join(parts[at : at + 1 + fits]))
        at += 1 + fits
    return out


def train_bpe(texts, vocab_size):
    words = [(list(p.encode().decode("latin-1")), n) for p, n in Counter(p for t in texts for p in split(t)).items()]
    merges = []
    for _ in range(vocab_size - 256):
        count = Counter()
        for parts, n in words:
            for pair in zip(parts, parts[1:]):
                count[pair] += n
        if not count:
            break
        best = min(count, key=lambda p: (-count[p], p[0].encode("latin-1"), p[1].encode("latin-1")))
        merges.append(tuple(side.encode("latin-1") for side in best))
        words = [(_joined(parts, best), n) for parts, n in words]
    return merges


class BPETokeniser:
    def __init__(self, merges):
        self._bytes = {i: bytes([i]) for i in range(256)} | {256 + i: a + b for i, (a, b) in enumerate(merges)}
        self.merges, self.vocab_size, self._ids = [tuple(m) for m in merges], len(self._bytes), {}
        for i, token in self._bytes.items():
            self._ids.setdefault(token, i)

    def encode(self, text):
        out = []
        for piece in split(text):
            parts = [bytes([b]) for b in piece.encode()]
            for left, right in self.merges:
                i = 0
                while i < len(parts) - 1:
                    if parts[i] == left and parts[i + 1] == right:
                        parts[i : i + 2] = [left + right]
                    i += 1
            out.extend(self._ids[p] for p in parts)
        return out

    def decode(self, ids):
        try:
            return b"".join(self._bytes[int(i)] for i in ids).decode("utf-8", "replace")
        except KeyError as missing:
            raise ValueError(f"no token has the id {missing}") from missing
