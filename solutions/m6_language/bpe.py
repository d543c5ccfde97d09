"""m6, part 1: byte pairs, a vocabulary that a text teaches.

A model reads numbers. Words are too many and letters too short, so start from bytes, and join the
pair of neighbours that occurs most often, again and again. Every text can then be written.

Lesson: exercises/m6_language/README.md
Grade:  dlf-grade m6 -k bpe
Write:  about 45 lines. The standard library alone, no NumPy.
"""

import heapq
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise

Pair = tuple[bytes, bytes]
PIECES = re.compile(r" ?\w+| ?[^\w\s]+|\s+")


def split(text: str) -> list[str]:
    """Cut a text into pieces, which no token crosses: words, marks, and white space.

    Args:
        text: any text.

    Returns:
        Pieces, in order; side by side they are the text again.

    Example:
        "Hi you, hi!" gives ["Hi", " you", ",", " hi", "!"]: a space belongs to what follows.
    """
    return PIECES.findall(text)


def merge_pair(parts: Sequence[bytes], pair: Pair) -> list[bytes]:
    """Join every occurrence of a pair of neighbours, from the left.

    Args:
        parts: the tokens of a piece.
        pair: (left, right).

    Returns:
        The tokens afterwards.

    Example:
        (a, a) in [a, a, a] gives [aa, a]: the second a is taken already.
    """
    # Walk with an index: one step after a token that stays, two after a pair.
    ### BEGIN SOLUTION m6.bpe.train
    merged, at = list[bytes](), 0
    while at < len(parts):
        if at + 1 < len(parts) and (parts[at], parts[at + 1]) == pair:
            merged.append(pair[0] + pair[1])
            at += 2
        else:
            merged.append(parts[at])
            at += 1
    return merged
    ### END SOLUTION


def train_bpe(texts: Iterable[str], vocab_size: int) -> list[Pair]:
    """Learn which pairs to join, from the pair that occurs most often.

    Args:
        texts: what to learn from.
        vocab_size: at least 256; each merge adds one token to the 256 bytes.

    Returns:
        vocab_size − 256 merges, in order; fewer only when no pair is left.

    Example:
        ["ab ab abc"] with 258: first (a, b), which occurs three times; then ( , ab), twice.
    """
    if vocab_size < 256:
        raise ValueError(f"expected a vocab_size of at least 256, the bytes, got {vocab_size}")
    # Count every distinct piece once. A merge changes only the pieces that hold its pair: keep a
    # record of which do. Of equally frequent pairs, take the smaller one as (left, right).
    ### BEGIN SOLUTION m6.bpe.train
    pieces = Counter(piece for text in texts for piece in split(text))
    words = [[bytes([byte]) for byte in _utf8(piece)] for piece in pieces]
    times = list(pieces.values())
    counts, places = Counter[Pair](), defaultdict[Pair, set[int]](set)
    for number, word in enumerate(words):
        for pair in pairwise(word):
            counts[pair] += times[number]
            places[pair].add(number)
    heap = [(-count, pair) for pair, count in counts.items()]
    heapq.heapify(heap)
    merges = list[Pair]()
    while heap and len(merges) < vocab_size - 256:
        count, best = heapq.heappop(heap)
        if -count != counts[best]:
            continue  # counted before a later merge; the present count lies in the heap as well
        merges.append(best)
        changed = set[Pair]()
        for number in places.pop(best):
            before, words[number] = words[number], merge_pair(words[number], best)
            for pair in pairwise(before):
                counts[pair] -= times[number]
            for pair in pairwise(words[number]):
                counts[pair] += times[number]
                places[pair].add(number)
            changed |= {*pairwise(before), *pairwise(words[number])}
        for pair in changed:
            if counts[pair]:
                heapq.heappush(heap, (-counts[pair], pair))
    return merges
    ### END SOLUTION


class BPETokeniser:
    """Turns text into token ids, and back.

    Args:
        merges: pairs in the order in which they were learnt.

    Attributes:
        merges: the same.
        tokens: the bytes of each id: 0 to 255 are single bytes, 256 + i is merge i.
    """

    def __init__(self, merges: Sequence[Pair]) -> None:
        self.merges = list(merges)
        self.tokens = [bytes([byte]) for byte in range(256)] + [a + b for a, b in self.merges]
        self.ids = {token: number for number, token in reversed(list(enumerate(self.tokens)))}
        self.ranks = {pair: rank for rank, pair in reversed(list(enumerate(self.merges)))}
        self.known = dict[str, list[int]]()  # pieces that were encoded before

    @property
    def vocab_size(self) -> int:
        """How many ids there are."""
        return len(self.tokens)

    def encode(self, text: str) -> list[int]:
        """Write a text as ids, each piece by itself.

        Args:
            text: any text that UTF-8 can write.

        Returns:
            Ids, each in [0, vocab_size).

        Example:
            With the merges (a, b) and (ab, c): "abcab" gives [257, 256].
        """
        # In each piece, join the pair that was learnt first, then the next, until none is left.
        # A piece that comes again needs no work.
        ### BEGIN SOLUTION m6.bpe.encode
        ids = list[int]()
        for piece in split(text):
            if piece not in self.known:
                self.known[piece] = self._encode_piece(piece)
            ids += self.known[piece]
        return ids
        ### END SOLUTION

    def _encode_piece(self, piece: str) -> list[int]:
        # Here the order of the merges decides, not how long a token is.
        ### BEGIN SOLUTION m6.bpe.encode
        parts = [bytes([byte]) for byte in _utf8(piece)]
        while len(parts) > 1:
            first = min(pairwise(parts), key=lambda pair: self.ranks.get(pair, len(self.ranks)))
            if first not in self.ranks:
                break
            parts = merge_pair(parts, first)
        return [self.ids[part] for part in parts]
        ### END SOLUTION

    def decode(self, ids: Iterable[int]) -> str:
        """Read ids as text.

        Args:
            ids: each in [0, vocab_size).

        Returns:
            The text. Bytes that are not UTF-8, such as half of a character, become U+FFFD.

        Example:
            [72, 105] gives "Hi". [195] gives U+FFFD, for 195 begins a character of two bytes.
        """
        # Join the bytes of all ids before you decode them: a character may be spread over tokens.
        ### BEGIN SOLUTION m6.bpe.decode
        ids = list(ids)
        for number in ids:
            if not 0 <= number < self.vocab_size:
                raise ValueError(f"expected ids in [0, {self.vocab_size}), got {number}")
        return b"".join(self.tokens[number] for number in ids).decode(errors="replace")
        ### END SOLUTION


def _utf8(text: str) -> bytes:
    """A text's bytes; half of a surrogate pair has none."""
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        got = f"U+{ord(text[error.start]):04X}"
        raise ValueError(
            f"expected text that UTF-8 can write, got a lone surrogate {got}"
        ) from None
