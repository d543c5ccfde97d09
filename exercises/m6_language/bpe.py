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
    # TODO(m6.bpe.train): about 9 lines.
    raise NotImplementedError("m6.bpe.train")


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
    # TODO(m6.bpe.train): about 29 lines.
    raise NotImplementedError("m6.bpe.train")


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
        # TODO(m6.bpe.encode): about 6 lines.
        raise NotImplementedError("m6.bpe.encode")

    def _encode_piece(self, piece: str) -> list[int]:
        # Here the order of the merges decides, not how long a token is.
        # TODO(m6.bpe.encode): about 7 lines.
        raise NotImplementedError("m6.bpe.encode")

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
        # TODO(m6.bpe.decode): about 5 lines.
        raise NotImplementedError("m6.bpe.decode")


def _utf8(text: str) -> bytes:
    """A text's bytes; half of a surrogate pair has none."""
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        got = f"U+{ord(text[error.start]):04X}"
        raise ValueError(
            f"expected text that UTF-8 can write, got a lone surrogate {got}"
        ) from None
