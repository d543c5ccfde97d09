# exercise = "m6_language/bpe.py"
# mistake = "occurrences are joined from the end of the piece: aaa becomes a aa"
# caught_by = ["m6.bpe.train", "m6.bpe.encode"]
# names = "from the left|from the right|from the end"
def merge_pair(parts, pair):
    parts = list(parts)
    i = len(parts) - 2
    while i >= 0:
        if (parts[i], parts[i + 1]) == pair:
            parts[i : i + 2] = [pair[0] + pair[1]]
            i -= 1
        i -= 1
    return parts
