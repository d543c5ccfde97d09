"""Text data sets, through `datasets`, as rows of token numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from dlf_reference.data import DataError
from dlf_reference.data.hub import read
from dlf_reference.data.news import readable
from dlf_reference.data.split import held_out
from dlf_reference.data.tokeniser import Tokeniser

Texts = tuple[list[str], np.ndarray]


@dataclass(frozen=True)
class Corpus:
    """What is fixed about a data set.

    Attributes:
        tests: how many test texts there are.
        held_out: how many training texts are kept back, to see how training goes without a look at the test set.
        together: neighbours that are kept back or learnt from together, a divisor of `held_out`.
        vocabulary: words of the tokeniser.
        longest: words of a text that are kept, from its beginning.
        readable: makes a text of what stands in the files.
    """

    folder: str
    classes: tuple[str, ...]
    tests: int
    held_out: int
    together: int
    vocabulary: int
    longest: int
    readable: Callable[[str], str] = str


# IMDB's reviews of one film stand side by side, and its test reviews are of other films
IMDB = Corpus("imdb", ("negative", "positive"), 25_000, 1_000, 50, 30_000, 1_000)
AG_NEWS = Corpus("ag_news", ("World", "Sports", "Business", "Sci/Tech"), 7_600, 4_000, 1, 30_000, 128, readable)


def imdb(folder: str) -> dict[str, Any]:
    """25,000 + 25,000 film reviews, negative (0) or positive (1) (Maas and others, 2011); see `tokens`."""
    return tokens(IMDB, folder)


def ag_news(folder: str) -> dict[str, Any]:
    """News in four classes, 7,600 to test (Zhang, Zhao and LeCun, 2015); see `tokens`."""
    return tokens(AG_NEWS, folder)


def tokens(corpus: Corpus, folder: str) -> dict[str, Any]:
    """A corpus as numbers; the vocabulary is made of the training texts alone.

    Args:
        folder: holds the corpus's own folder, as `datasets` reads it.

    Returns:
        for "train", "held_out" and "test": "x_…", all texts' tokens one after the other, uint16, and "y_…", classes
        (N,) int64, and "lengths_…", (N,) int64; "vocabulary", the words in order of their numbers.

    Raises:
        DataError: it is not there, or not complete.
    """
    (texts, labels), test = (_texts(corpus, folder, split) for split in ("train", "test"))
    if len(test[0]) != corpus.tests:
        raise DataError(f"{corpus.folder} in {folder}: expected {corpus.tests} test texts, got {len(test[0])}")
    held, kept = held_out(len(texts), corpus.held_out, corpus.together)
    train = [texts[at] for at in kept], labels[kept]
    tokeniser = Tokeniser.from_texts(train[0], corpus.vocabulary)
    splits = {"train": train, "held_out": ([texts[at] for at in held], labels[held]), "test": test}
    found: dict[str, Any] = {"vocabulary": list(tokeniser.vocabulary)}
    for name, (some, classes) in splits.items():
        rows = [tokeniser.encode(text)[: corpus.longest] or [0] for text in some]
        found[f"x_{name}"] = np.concatenate([np.asarray(row, np.uint16) for row in rows])
        found[f"lengths_{name}"] = np.array([len(row) for row in rows])
        found[f"y_{name}"] = classes
    return found


def few(
    corpus: Corpus, folder: str, rng: np.random.Generator, *, count: int, words: int, vocabulary: int
) -> tuple[np.ndarray, np.ndarray]:
    """Some training texts, as rows of their first words filled up with 0, (count, words) int64, and their classes."""
    texts, labels = _texts(corpus, folder, "train")
    rows = rng.choice(len(texts), count, replace=False)
    chosen = [texts[row] for row in rows]
    tokeniser = Tokeniser.from_texts(chosen, vocabulary)
    tokens = np.zeros((count, words), np.int64)
    for row, text in enumerate(chosen):
        numbers = tokeniser.encode(text)[:words]
        tokens[row, : len(numbers)] = numbers
    return tokens, labels[rows]


def _texts(corpus: Corpus, folder: str, split: str) -> Texts:
    texts, labels = read(corpus.folder, folder, split, ("text", "label"))
    if not all(isinstance(label, int) and 0 <= label < len(corpus.classes) for label in labels):
        raise DataError(f"{corpus.folder} in {folder}: expected labels from 0 to {len(corpus.classes) - 1}")
    return [corpus.readable(text) for text in texts], np.asarray(labels, np.int64)
