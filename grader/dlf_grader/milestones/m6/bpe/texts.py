"""Texts that are drawn: words that come again, as words do, marks, white space, and letters of several bytes."""

from __future__ import annotations

import numpy as np

SYLLABLES = ("an", "be", "co", "do", "er", "in", "na", "on", "th", "the", "ing", "é", "ß", "日本", "00", "_x")
MARKS = (",", ".", "...", " -", "!?", " (", "\n", "  ", "\t ", "'s", "\0", "🙂", " …")


def words(rng: np.random.Generator, count: int) -> list[str]:
    """Different words of one to four syllables."""
    found = ["".join(rng.choice(SYLLABLES, int(rng.integers(1, 5)))) for _ in range(count)]
    return list(dict.fromkeys(found))


def text(rng: np.random.Generator, known: list[str], length: int) -> str:
    """So many words, early ones more often, with a mark after some."""
    chosen = (rng.random(length) ** 2 * len(known)).astype(int)
    marks = np.where(rng.random(length) < 0.3, rng.choice(MARKS, length), "")
    return " ".join(known[at] + str(mark) for at, mark in zip(chosen, marks, strict=True))


def anything(rng: np.random.Generator, length: int) -> str:
    """Characters from everywhere: ASCII, control, Greek, Chinese, beyond the first 65,536."""
    ranges = ((0, 128), (0x80, 0x250), (0x370, 0x400), (0x4E00, 0x4F00), (0x1F300, 0x1F600))
    picked = [ranges[at] for at in rng.integers(0, len(ranges), length)]
    return "".join(chr(int(rng.integers(first, last))) for first, last in picked)
