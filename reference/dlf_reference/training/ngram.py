"""A model that counts: n-grams with interpolated Kneser-Ney smoothing, one discount for each length."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

Array = np.ndarray


@dataclass(frozen=True)
class Level:
    """What is known of the n-grams of one length; an n-gram's number is its place in `keys`.

    Attributes:
        keys: number of the shorter n-gram before the last token · K + last token; sorted.
        counts: how often each occurs; of all but the longest, after how many different tokens.
        totals, kinds: by the number of the shorter n-gram: the sum of its counts, and how many of them there are.
        discount: what is taken off each count.
    """

    keys: Array
    counts: Array
    totals: Array
    kinds: Array
    discount: float

    def find(self, keys: Array) -> Array:
        """Numbers of n-grams, −1 where one never occurred."""
        at = np.searchsorted(self.keys, keys).clip(max=len(self.keys) - 1)
        return np.where(self.keys[at] == keys, at, -1)


class KneserNey:
    """Probabilities of each token given up to n − 1 before it (Kneser and Ney, 1995; interpolated).

    Args:
        tokens: texts, one after the other.
        lengths: how many tokens each has.
        vocab_size: K.
        mark: stands before a text, n − 1 times.
    """

    def __init__(self, tokens: Array, lengths: Array, vocab_size: int, *, n: int = 5, mark: int = 10) -> None:
        self.n, self.vocab_size, self.mark = n, vocab_size, mark
        stream, real = self._marked(tokens, lengths)
        numbers, found = [np.zeros(len(stream), np.int64)], list[Array]()
        for _ in range(n):
            keys, number = np.unique(self._keys(numbers[-1], stream), return_inverse=True)
            found.append(keys)
            numbers.append(number)
        self.levels = list[Level]()
        for length in range(1, n + 1):
            counted = numbers[length][real]
            if length < n:  # each longer n-gram counts once, wherever it stands
                _, once = np.unique(numbers[length + 1][real], return_index=True)
                counted = counted[once]
            counts = np.bincount(counted, minlength=len(found[length - 1]))
            shorter, there = found[length - 1] // vocab_size, counts > 0
            size = int(shorter.max()) + 1
            ones, twos = int((counts == 1).sum()), int((counts == 2).sum())
            self.levels.append(
                Level(
                    found[length - 1],
                    counts,
                    np.bincount(shorter, weights=counts, minlength=size),
                    np.bincount(shorter[there], minlength=size),
                    ones / (ones + 2 * twos) if ones else 0.5,
                )
            )

    def probabilities(self, tokens: Array, lengths: Array) -> Array:
        """The probability of each token of these texts, (tokens,) float64."""
        stream, real = self._marked(tokens, lengths)
        p = np.full(len(stream), 1 / self.vocab_size)
        number = np.zeros(len(stream), np.int64)
        for level in self.levels:
            before = np.roll(number, 1)
            number = np.where(before >= 0, level.find(self._keys(number, stream)), -1)
            context = before.clip(0, len(level.totals) - 1)
            total = np.where((before >= 0) & (before < len(level.totals)), level.totals[context], 0)
            count = np.where(number >= 0, level.counts[number], 0)
            kept = np.maximum(count - level.discount, 0) + level.discount * level.kinds[context] * p
            p = np.where(total > 0, kept / np.maximum(total, 1), p)
        found: Array = p[real]
        return found

    def _keys(self, shorter: Array, stream: Array) -> Array:
        """The n-gram that ends at each place, from the shorter one that ends just before."""
        keys: Array = np.roll(shorter, 1) * self.vocab_size + stream
        return keys

    def _marked(self, tokens: Array, lengths: Array) -> tuple[Array, Array]:
        """Texts with marks before each, and which places are a text's own."""
        starts = np.repeat(np.arange(1, len(lengths) + 1) * (self.n - 1), lengths)
        places = np.arange(len(tokens)) + starts
        stream = np.full(len(tokens) + len(lengths) * (self.n - 1), self.mark, np.int64)
        stream[places] = tokens
        return stream, places
