# exercise = "m6_language/bpe.py"
# mistake = "Sennrich's replace without its lookarounds: (b, c) also fits the end of ab"
# caught_by = ["m6.bpe.train", "m6.bpe.encode"]
# names = "part of a token|end of (a|another) token|whole tokens?|inside"
def merge_pair(parts, pair):
    line = " ".join(part.hex() for part in parts)
    line = line.replace(pair[0].hex() + " " + pair[1].hex(), (pair[0] + pair[1]).hex())
    return [bytes.fromhex(word) for word in line.split()]
