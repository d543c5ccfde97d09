"""Oracles of m6 that need no PyTorch: byte pairs by counting everything anew, and the odds of the next token."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

Tensors = dict[str, np.ndarray]
PIECES = re.compile(r" ?\w+| ?[^\w\s]+|\s+")


def merges(texts: Sequence[str], vocab_size: int) -> Tensors:
    """The merges as pairs of ids, (merges, 2): before each, every pair of every piece is counted anew."""
    words = Counter(tuple(bytes([byte]) for byte in piece.encode()) for text in texts for piece in PIECES.findall(text))
    ids = {bytes([byte]): byte for byte in range(256)}
    found = list[tuple[int, int]]()
    while len(found) < vocab_size - 256:
        counts = Counter[tuple[bytes, bytes]]()
        for word, times in words.items():
            for pair in pairwise(word):
                counts[pair] += times
        if not counts:
            break
        best = min(counts, key=lambda pair: (-counts[pair], pair))
        ids.setdefault(best[0] + best[1], 256 + len(found))
        found.append((ids[best[0]], ids[best[1]]))
        words = Counter({joined(word, best): times for word, times in words.items()})
    return {"merges": np.array(found, np.int64).reshape(-1, 2)}


def joined(word: tuple[bytes, ...], pair: tuple[bytes, bytes]) -> tuple[bytes, ...]:
    """A word with a pair joined wherever it stands, from the left."""
    for at in range(len(word) - 1):
        if word[at : at + 2] == pair:
            return (*word[:at], pair[0] + pair[1], *joined(word[at + 2 :], pair))
    return word


def encoded(text: str, merges: Sequence[Sequence[bytes]]) -> Tensors:
    """A text's ids, (T,): in each piece, one merge after the other, in the order in which they were learnt."""
    tokens = [bytes([byte]) for byte in range(256)] + [left + right for left, right in merges]
    found = list[int]()
    for piece in PIECES.findall(text):
        word = tuple(bytes([byte]) for byte in piece.encode())
        while known := [number for number, pair in enumerate(merges) if tuple(pair) in set(pairwise(word))]:
            word = joined(word, (merges[known[0]][0], merges[known[0]][1]))
        found += [tokens.index(part) for part in word]
    return {"ids": np.array(found, np.int64)}


def decoded(ids: Sequence[int], merges: Sequence[Sequence[bytes]]) -> Tensors:
    """The code points of the text that these ids are, (characters,)."""
    tokens = [bytes([byte]) for byte in range(256)] + [left + right for left, right in merges]
    text = str(b"".join(tokens[number] for number in ids), "utf-8", "replace")
    return {"text": np.array([ord(character) for character in text], np.int64)}


def probabilities(logits: np.ndarray, temperature: float = 1.0, top_k: Any = None, top_p: Any = None) -> Tensors:
    """Softmax, then the k most likely, then the fewest of those that reach p; token by token."""
    shifted = np.asarray(logits, np.float64) - np.max(logits)
    if temperature == 0:
        p = np.zeros(len(shifted))
        p[int(np.argmax(shifted))] = 1
        return {"probabilities": p}
    weights = np.exp(shifted / temperature)
    p = weights / weights.sum()
    order = sorted(range(len(p)), key=lambda token: -p[token])
    if top_k is not None:
        order = order[:top_k]
        p = p / p[order].sum()
    if top_p is not None:
        kept, reached = list[int](), 0.0
        for token in order:
            kept.append(token)
            reached += p[token]
            if reached >= top_p:
                break
        order = kept
        p = p / p[order].sum()
    found = np.zeros(len(p))
    found[order] = p[order]
    return {"probabilities": found}
