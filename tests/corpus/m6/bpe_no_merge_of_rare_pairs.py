# exercise = "m6_language/bpe.py"
# mistake = "learning ends where no pair occurs twice"
# caught_by = ["m6.bpe.train"]
# names = "occurs? once|stops"
def stats(words):
    counts = {}
    for symbols, n in words.items():
        for pair in zip(symbols, symbols[1:]):
            counts[pair] = counts.get(pair, 0) + n
    return counts


def train_bpe(texts, vocab_size):
    if vocab_size < 256:
        raise ValueError(f"expected at least 256, got {vocab_size}")
    words = {}
    for text in texts:
        for piece in split(text):
            key = tuple(bytes([b]) for b in _utf8(piece))
            words[key] = words.get(key, 0) + 1
    merges = []
    for _ in range(vocab_size - 256):
        counts = stats(words)
        if not counts or max(counts.values()) < 2:
            break
        best = min(counts, key=lambda p: (-counts[p], p))
        merges.append(best)
        words = {tuple(merge_pair(w, best)): n for w, n in words.items()}
    return merges
