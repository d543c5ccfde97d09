# exercise = "m6_language/bpe.py"
# mistake = "only the first occurrence in a piece is joined"
# caught_by = ["m6.bpe.train", "m6.bpe.encode"]
# names = "first occurrence|only one|every occurrence|all occurrences|once (in|per|a) (a |each )?piece"
def merge_pair(parts, pair):
    parts = list(parts)
    for i in range(len(parts) - 1):
        if (parts[i], parts[i + 1]) == pair:
            parts[i : i + 2] = [pair[0] + pair[1]]
            break
    return parts
