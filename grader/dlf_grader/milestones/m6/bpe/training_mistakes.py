"""What people get wrong in learning byte pairs: the plain counter with one thing changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from dlf_reference.data.bpe import PIECES, Pair

from dlf_grader.instruments.case import Array, Case
from dlf_grader.instruments.mistakes.mistake import Mistaken, mistake, of_case

Word = tuple[bytes, ...]
Counts = Counter[tuple[bytes, bytes]]
Merges = list[Pair]
Join = Callable[[Word, Pair], Word]


def as_bytes(text: str) -> Word:
    """Its bytes, each by itself."""
    return tuple(bytes([byte]) for byte in text.encode())


def pieces_of(text: str) -> list[str]:
    """A text split as it should be."""
    return PIECES.findall(text)


def joined(word: Word, pair: Pair) -> Word:
    """A word with a pair joined wherever it stands, from the left."""
    found, at = list[bytes](), 0
    while at < len(word):
        both = word[at : at + 2] == pair
        found.append(pair[0] + pair[1] if both else word[at])
        at += 2 if both else 1
    return tuple(found)


def from_the_right(word: Word, pair: Pair) -> Word:
    """A word with a pair joined wherever it occurs, from the right."""
    reversed_ = joined(word[::-1], pair[::-1])
    return tuple(pair[0] + pair[1] if part == pair[1] + pair[0] else part for part in reversed_[::-1])


def _first_place(word: Word, pair: Pair) -> Word:
    """Only the first occurrence in a word is joined."""
    for at in range(len(word) - 1):
        if word[at : at + 2] == pair:
            return (*word[:at], pair[0] + pair[1], *word[at + 2 :])
    return word


def _second_kept(word: Word, pair: Pair) -> Word:
    """The joined token, and its second part once more."""
    pairs = zip(word, (*word[1:], b""), strict=True)
    return tuple(left + right if (left, right) == pair else left for left, right in pairs)


def counted(words: Counter[Word]) -> Counts:
    """How often each pair of neighbours occurs."""
    counts = Counts()
    for word, times in words.items():
        for pair in pairwise(word):
            counts[pair] += times
    return counts


def _without_overlap(words: Counter[Word]) -> Counts:
    """The same, but "aaa" holds (a, a) once."""
    counts = Counts()
    for word, times in words.items():
        taken: dict[Pair, int] = {}
        for at, pair in enumerate(pairwise(word)):
            if taken.get(pair) != at - 1 or pair[0] != pair[1]:
                counts[pair] += times
                taken[pair] = at
    return counts


def _trained(
    *,
    texts: Callable[[Sequence[str]], Sequence[str]] = lambda texts: texts,
    pieces: Callable[[str], Sequence[str]] = pieces_of,
    symbols: Callable[[str], Word] = as_bytes,
    count: Callable[[Counter[Word]], Counts] = counted,
    key: Callable[[Pair, int], Any] = lambda pair, count: (-count, pair),
    more: int = 0,
    once: bool = False,
    least: int = 1,
    anew: bool = True,
    join: Join = joined,
    first_seen: bool = False,
) -> Mistaken:
    """The merges, as pairs of ids, that a changed counter finds."""

    def merges(case: Case) -> Array:
        found = Counter(symbols(piece) for text in texts(case.init["texts"]) for piece in pieces(text))
        words = Counter(dict.fromkeys(found, 1)) if once else found
        merges, counts = Merges(), count(words)
        seen = dict.fromkeys(counts, 0)  # in the order in which pairs came up
        while len(merges) < case.init["vocab_size"] - 256 + more and counts:
            there = [pair for pair in seen if counts[pair]] if first_seen else counts
            best = min(there, key=lambda pair: key(pair, counts[pair]))
            if counts[best] < least:
                break
            merges.append(best)
            words = _sum(words, best, join)
            if anew:
                counts = count(words)
                seen |= dict.fromkeys(counts, 0)
            else:
                del counts[best]
        return ids_of(merges)

    return of_case(merges)


def _sum(words: Counter[Word], pair: Pair, join: Join) -> Counter[Word]:
    found = Counter[Word]()
    for word, times in words.items():
        found[join(word, pair)] += times
    return found


def ids_of(merges: Sequence[Pair]) -> Array:
    """Merges as pairs of ids; −1 for a part that no earlier merge made."""
    ids = {bytes([byte]): byte for byte in range(256)}
    rows = list[tuple[int, int]]()
    for number, (left, right) in enumerate(merges):
        rows.append((ids.get(left, -1), ids.get(right, -1)))
        ids.setdefault(left + right, 256 + number)
    return np.array(rows, np.int64).reshape(-1, 2)


FROM_THE_RIGHT = 'Pairs are joined from the right: "aaa" becomes aa a, from the left.'
FIRST_PLACE = "Only the first occurrence in a piece is joined: join every occurrence of the pair."
TRAIN = (
    mistake("joined-from-the-right", "merges", _trained(join=from_the_right), FROM_THE_RIGHT),
    mistake("joined-once-a-piece", "merges", _trained(join=_first_place), FIRST_PLACE),
    mistake(
        "second-part-kept",
        "merges",
        _trained(join=_second_kept),
        "The second part of a pair stays beside the token that it joined: skip both parts, at += 2.",
    ),
    mistake(
        "last-pair-not-joined",
        "merges",
        _trained(join=lambda word, pair: (*joined(word[:-1], pair), *word[-1:])),
        "A pair at the end of a piece is not joined: the last pair starts one token before the last, len(parts) - 2.",
    ),
    mistake(
        "pairs-across-pieces",
        "merges",
        _trained(pieces=lambda text: [text]),
        "Pairs are counted across the borders of pieces: split each text first, and count within each piece.",
    ),
    mistake(
        "each-piece-counted-once",
        "merges",
        _trained(once=True),
        "A piece that occurs often counts once: multiply its pairs by how often the piece occurs.",
    ),
    mistake(
        "ties-by-first-seen",
        "merges",
        (_trained(key=lambda pair, count: -count), _trained(key=lambda pair, count: -count, first_seen=True)),
        "Of equally frequent pairs another one is taken: take the smallest as (left bytes, right bytes).",
    ),
    mistake(
        "ties-by-largest",
        "merges",
        _trained(key=lambda pair, count: _reversed((count, pair))),
        "Of equally frequent pairs the largest is taken: take the smallest as (left bytes, right bytes).",
    ),
    mistake(
        "ties-by-joined-bytes",
        "merges",
        _trained(key=lambda pair, count: (-count, pair[0] + pair[1])),
        "Equally frequent pairs are ordered by their joined bytes: compare (left bytes, right bytes).",
    ),
    mistake(
        "texts-joined",
        "merges",
        _trained(texts=lambda texts: ["".join(texts)]),
        "The texts are joined before they are split, so pieces cross from one text to the next: split each text.",
    ),
    mistake(
        "overlaps-counted-once",
        "merges",
        _trained(count=_without_overlap),
        'Overlapping pairs are left out: "aaa" holds (a, a) twice. Count every position.',
    ),
    mistake(
        "vocab-size-of-merges",
        "merges",
        _trained(more=256),
        "vocab_size counts the 256 bytes too: stop after vocab_size − 256 merges.",
    ),
    mistake(
        "one-merge-too-few",
        "merges",
        _trained(more=-1),
        "One merge is missing: there are vocab_size − 256 of them.",
    ),
    mistake(
        "stops-at-single-pairs",
        "merges",
        _trained(least=2),
        "Learning stops at pairs that occur once: go on until no pair is left.",
    ),
    mistake(
        "counted-at-the-start-only",
        "merges",
        _trained(anew=False),
        "The pairs are counted at the start only: a merge makes new pairs and removes others, so count again.",
    ),
    mistake(
        "characters-for-bytes",
        "merges",
        _trained(symbols=lambda piece: tuple(character.encode() for character in piece)),
        "The first symbols are characters: start from the bytes of piece.encode().",
    ),
)


def _reversed(key: tuple[int, Pair]) -> Any:
    """A key under which the largest comes first."""
    count, (left, right) = key
    return -count, *((*(-byte for byte in part), 1) for part in (left, right))
