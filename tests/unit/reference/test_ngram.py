"""Kneser-Ney against a counter that follows the formula word by word."""

from collections import Counter

import numpy as np
import pytest
from dlf_reference.training.ngram import KneserNey

K, MARK = 12, 10


class Plain:
    """The same by dictionaries of tuples."""

    def __init__(self, rows, n):
        self.n = n
        marked = [(MARK,) * (n - 1) + tuple(row) for row in rows]
        longest = Counter(row[at - n + 1 : at + 1] for row in marked for at in range(n - 1, len(row)))
        self.counts = {n: longest}
        for length in range(n - 1, 0, -1):
            self.counts[length] = Counter(gram[1:] for gram in {gram[-(length + 1) :] for gram in longest})
        self.discounts = {length: self.discount(counts) for length, counts in self.counts.items()}

    @staticmethod
    def discount(counts):
        ones, twos = (sum(count == times for count in counts.values()) for times in (1, 2))
        return ones / (ones + 2 * twos) if ones else 0.5

    def p(self, before, token, length=None):
        length = self.n if length is None else length
        if length == 0:
            return 1 / K
        context = before[-(length - 1) :] if length > 1 else ()
        following = {gram: count for gram, count in self.counts[length].items() if gram[:-1] == context}
        shorter = self.p(before, token, length - 1)
        if not following:
            return shorter
        count, discount = following.get((*context, token), 0), self.discounts[length]
        return (max(count - discount, 0) + discount * len(following) * shorter) / sum(following.values())


def drawn(seed, texts):
    rng = np.random.default_rng(seed)
    lengths = rng.integers(1, 9, texts)
    return rng.integers(0, 6, lengths.sum()) + rng.integers(0, 2, lengths.sum()) * 3, lengths


@pytest.mark.parametrize("n", [1, 2, 3, 5])
def test_probabilities_are_those_of_the_formula(n):
    tokens, lengths = drawn(n, 40)
    plain = Plain([tuple(map(int, row)) for row in np.split(tokens, np.cumsum(lengths)[:-1])], n)
    asked, sizes = drawn(100 + n, 10)
    right = []
    for row in np.split(asked, np.cumsum(sizes)[:-1]):
        marked = (MARK,) * (n - 1) + tuple(map(int, row))
        right += [plain.p(marked[at - n + 1 : at], marked[at]) for at in range(n - 1, len(marked))]
    got = KneserNey(tokens, lengths, K, n=n, mark=MARK).probabilities(asked, sizes)
    assert np.allclose(got, right, rtol=1e-12, atol=0)


def test_the_probabilities_after_any_beginning_add_up_to_one():
    tokens, lengths = drawn(7, 40)
    counted = KneserNey(tokens, lengths, K, n=4, mark=MARK)
    for start in ([], [3], [3, 4], [0, 1, 2], [11, 11, 11, 11]):
        rows = np.array([[*start, token] for token in range(K)])
        p = counted.probabilities(rows.ravel(), np.full(K, len(start) + 1)).reshape(K, -1)[:, -1]
        assert abs(p.sum() - 1) < 1e-12


def test_a_text_that_was_seen_is_likelier_than_one_that_was_not():
    tokens, lengths = drawn(8, 40)
    counted = KneserNey(tokens, lengths, K, n=3, mark=MARK)
    seen = np.log(counted.probabilities(tokens, lengths)).mean()
    other = np.log(counted.probabilities(np.random.default_rng(0).permutation(tokens), lengths)).mean()
    assert seen > other
