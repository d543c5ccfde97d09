"""Texts to continue: real ones as byte pairs, and rows of symbols that say everything twice."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlf_reference.data import DataError
from dlf_reference.data.bpe import Encoder, learn
from dlf_reference.data.hub import read
from dlf_reference.data.split import held_out

END = ord("\n")  # stands between texts; AG News holds none itself
VOCABULARY, HELD_OUT, TESTS = 4_096, 1_000, 7_600
SYMBOLS, COPIED = 16, 8  # of `copying`
COPY_TRAIN, COPY_TEST = 12_800, 400


def ag_news(folder: str, vocab_size: int = VOCABULARY) -> dict[str, Any]:
    """AG News as byte pairs, which the training texts teach.

    Returns:
        for "train", "held_out" and "test": "x_…", all texts' ids one after the other, uint16, each text ended by the
        id 10; "lengths_…", (N,) int64, that id included; "bytes_…", the texts' length in UTF-8 together; and "merges",
        the pairs of bytes, in order.

    Raises:
        DataError: it is not there, or not complete.
    """
    (texts,), (tests,) = (read("ag_news", folder, split, ["text"]) for split in ("train", "test"))
    if len(tests) != TESTS:
        raise DataError(f"ag_news in {folder}: expected {TESTS} test texts, got {len(tests)}")
    held, kept = held_out(len(texts), HELD_OUT)
    splits = {"train": [texts[at] for at in kept], "held_out": [texts[at] for at in held], "test": tests}
    merges = learn(splits["train"], vocab_size)
    encoder = Encoder(merges)
    found: dict[str, Any] = {"merges": merges}
    for name, some in splits.items():
        rows = [[*encoder.encode(text), END] for text in some]
        found[f"x_{name}"] = np.concatenate([np.asarray(row, np.uint16) for row in rows])
        found[f"lengths_{name}"] = np.array([len(row) for row in rows])
        found[f"bytes_{name}"] = sum(len(text.encode()) for text in some)
    return found


def copying(seed: int) -> dict[str, np.ndarray]:
    """Eight symbols, a mark, and the same eight again: what follows the mark is known, if one looks back.

    Symbols are 1 to 16, the mark is 0. No test row occurs in training.

    Returns:
        "x_train" (12800, 17) int64, whole rows; "x_test" (400, 16), without the last symbol; "y_test" (3200,) int64,
        the second eight of each row, one row after the other.
    """
    rng = np.random.default_rng(seed)
    said = np.unique(rng.integers(1, SYMBOLS + 1, (COPY_TRAIN + COPY_TEST + 100, COPIED)), axis=0)
    said = said[rng.permutation(len(said))][: COPY_TRAIN + COPY_TEST]
    rows = np.concatenate([said, np.zeros((len(said), 1), np.int64), said], axis=1)
    train, test = rows[COPY_TEST:], rows[:COPY_TEST]
    return {"x_train": train, "x_test": test[:, :-1], "y_test": test[:, -COPIED:].ravel()}
