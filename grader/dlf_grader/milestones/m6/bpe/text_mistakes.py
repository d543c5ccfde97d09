"""What people get wrong in encoding and decoding: the rule of joining, or of reading bytes, with one thing changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise

import numpy as np
from dlf_reference.data.bpe import Encoder

from dlf_grader.instruments.case import Array, Case
from dlf_grader.instruments.mistakes.mistake import Mistaken, mistake, of_case
from dlf_grader.milestones.m6.bpe.training_mistakes import (
    FROM_THE_RIGHT,
    Join,
    Merges,
    Word,
    as_bytes,
    from_the_right,
    joined,
    pieces_of,
)


def _encoded(
    merge: Callable[[Word, Merges], Word], *, pieces: Callable[[str], Sequence[str]] = pieces_of, first: int = 256
) -> Mistaken:
    """The ids of a text under another rule of joining."""

    def ids(case: Case) -> Array:
        merges: Merges = case.init["merges"]
        numbers = {left + right: first + i for i, (left, right) in enumerate(merges)}
        found = [part for piece in pieces(case.init["text"]) for part in merge(as_bytes(piece), merges)]
        return np.array([numbers.get(part, part[0]) for part in found], np.int64)

    return of_case(ids)


def _by_rank(word: Word, merges: Merges, join: Join = joined) -> Word:
    for pair in merges:
        word = join(word, pair)
    return word


def _by_place(word: Word, merges: Merges) -> Word:
    known = set(merges)
    while True:
        places = [at for at, pair in enumerate(pairwise(word)) if pair in known]
        if not places:
            return word
        at = places[0]
        word = (*word[:at], word[at] + word[at + 1], *word[at + 2 :])


def _longest(word: Word, merges: Merges) -> Word:
    tokens, text, found, at = {a + b for a, b in merges}, b"".join(word), list[bytes](), 0
    while at < len(text):
        end = next((end for end in range(len(text), at + 1, -1) if text[at:end] in tokens), at + 1)
        found.append(text[at:end])
        at = end
    return tuple(found)


def _latest(word: Word, merges: Merges) -> Word:
    ranks = {pair: rank for rank, pair in enumerate(merges)}
    while known := [pair for pair in pairwise(word) if pair in ranks]:
        word = joined(word, max(known, key=lambda pair: ranks[pair]))
    return word


def _largest_rank(word: Word, merges: Merges) -> Word:
    """A pair without a merge, whose rank is taken to be the largest, ends it."""
    ranks = {pair: rank for rank, pair in enumerate(merges)}
    while len(word) > 1 and all(pair in ranks for pair in pairwise(word)):
        word = joined(word, max(pairwise(word), key=lambda pair: ranks[pair]))
    return word


def _one_merge(word: Word, merges: Merges) -> Word:
    known = [pair for pair in merges if pair in set(pairwise(word))]
    return joined(word, known[0]) if known else word


ENCODE = (
    mistake("joined-from-the-right", "ids", _encoded(partial(_by_rank, join=from_the_right)), FROM_THE_RIGHT),
    mistake(
        "joined-across-pieces",
        "ids",
        _encoded(_by_rank, pieces=lambda text: [text]),
        "Pairs are joined across the borders of pieces: split the text, and encode each piece by itself.",
    ),
    mistake(
        "first-place-first",
        "ids",
        _encoded(_by_place),
        "The leftmost known pair is joined first: join the pair that was learnt first.",
    ),
    mistake(
        "longest-token-first",
        "ids",
        _encoded(_longest),
        "The longest token that fits is taken: apply the merges in the order in which they were learnt.",
    ),
    mistake(
        "latest-merge-first",
        "ids",
        _encoded(_latest),
        "The pair that was learnt last is joined first: take the one with the smallest rank.",
    ),
    mistake(
        "largest-rank",
        "ids",
        _encoded(_largest_rank),
        "The pair with the largest rank is taken, and one without a merge ends it: take the smallest rank.",
    ),
    mistake(
        "one-merge-a-piece",
        "ids",
        _encoded(_one_merge),
        "Joining stops after one merge: go on until no pair of the piece has a merge.",
    ),
    mistake(
        "ends-stripped",
        "ids",
        _encoded(_by_rank, pieces=lambda text: pieces_of(text.strip())),
        "White space at the ends of the text is stripped: split keeps all of it, and so does encode.",
    ),
    mistake(
        "ids-shifted",
        "ids",
        (_encoded(_by_rank, first=0), _encoded(_by_rank, first=255), _encoded(_by_rank, first=257)),
        "Merges are numbered from another place: merge i has the id 256 + i.",
    ),
)


def _points(text: str) -> Array:
    return np.array([ord(character) for character in text], np.int64)


def _tokens(case: Case) -> list[bytes]:
    tokens = Encoder(case.init["merges"]).tokens
    return [tokens[number] for number in case.init["ids"]]


DECODE = (
    mistake(
        "each-token-decoded-alone",
        "text",
        of_case(lambda case: _points("".join(token.decode(errors="replace") for token in _tokens(case)))),
        "Each token is decoded by itself, but a character may be spread over two: join the bytes of all tokens first.",
    ),
    mistake(
        "broken-bytes-dropped",
        "text",
        of_case(lambda case: _points(b"".join(_tokens(case)).decode(errors="ignore"))),
        'Bytes that are not UTF-8 are dropped: decode with errors="replace", which writes U+FFFD.',
    ),
    mistake(
        "bytes-as-latin-1",
        "text",
        of_case(lambda case: _points(b"".join(_tokens(case)).decode("latin-1"))),
        "Each byte becomes a character: decode the bytes as UTF-8.",
    ),
)
