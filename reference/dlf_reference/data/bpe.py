"""Byte pairs for our own trainings: the same merges and ids as m6's exercise asks for, on numbers instead of bytes."""

from __future__ import annotations

import heapq
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise

Pair = tuple[bytes, bytes]
Ids = tuple[int, int]
PIECES = re.compile(r" ?\w+| ?[^\w\s]+|\s+")
BYTES = 256


def learn(texts: Iterable[str], vocab_size: int) -> list[Pair]:
    """The pairs to join, in order: the most frequent first, of equals the smaller as (left bytes, right bytes)."""
    pieces = Counter(piece for text in texts for piece in PIECES.findall(text))
    words, times = [list(piece.encode()) for piece in pieces], list(pieces.values())
    tokens = [bytes([byte]) for byte in range(BYTES)]
    counts, places = Counter[Ids](), defaultdict[Ids, set[int]](set)
    for number, word in enumerate(words):
        for pair in pairwise(word):
            counts[pair] += times[number]
            places[pair].add(number)
    heap = [(-count, (tokens[a], tokens[b]), (a, b)) for (a, b), count in counts.items()]
    heapq.heapify(heap)
    merges = list[Pair]()
    while heap and len(merges) < vocab_size - BYTES:
        count, named, best = heapq.heappop(heap)
        if -count != counts[best]:
            continue  # an older count; the present one lies in the heap as well
        merges.append(named)
        tokens.append(named[0] + named[1])
        changed = set[Ids]()
        for number in places.pop(best):
            before, after = words[number], joined(words[number], best, len(tokens) - 1)
            words[number] = after
            for pair in pairwise(before):
                counts[pair] -= times[number]
                changed.add(pair)
            for pair in pairwise(after):
                counts[pair] += times[number]
                places[pair].add(number)
                changed.add(pair)
        for pair in changed:
            if counts[pair]:
                heapq.heappush(heap, (-counts[pair], (tokens[pair[0]], tokens[pair[1]]), pair))
    return merges


def joined(word: Sequence[int], pair: Ids, new: int) -> list[int]:
    """A word with a pair of neighbours replaced by a new id, from the left."""
    found, at = list[int](), 0
    while at < len(word):
        if at + 1 < len(word) and word[at] == pair[0] and word[at + 1] == pair[1]:
            found.append(new)
            at += 2
        else:
            found.append(word[at])
            at += 1
    return found


class Encoder:
    """Text to ids and back; 0 to 255 are bytes, 256 + i is merge i."""

    def __init__(self, merges: Sequence[Pair]) -> None:
        self.tokens = [bytes([byte]) for byte in range(BYTES)] + [left + right for left, right in merges]
        ids = {token: number for number, token in reversed(list(enumerate(self.tokens)))}
        self.pairs = {(ids[a], ids[b]): BYTES + i for i, (a, b) in reversed(list(enumerate(merges)))}
        self.known = dict[str, list[int]]()

    def encode(self, text: str) -> list[int]:
        """A text's ids."""
        found = list[int]()
        for piece in PIECES.findall(text):
            if piece not in self.known:
                self.known[piece] = self._piece(piece)
            found += self.known[piece]
        return found

    def decode(self, ids: Iterable[int]) -> str:
        """The text of these ids; bytes that are no UTF-8 become U+FFFD."""
        return b"".join(self.tokens[number] for number in ids).decode(errors="replace")

    def _piece(self, piece: str) -> list[int]:
        word, none = list(piece.encode()), len(self.tokens)
        while len(word) > 1:
            first = min(pairwise(word), key=lambda pair: self.pairs.get(pair, none))
            if first not in self.pairs:
                break
            word = joined(word, first, self.pairs[first])
        return word
