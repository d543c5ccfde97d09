"""Texts to continue, as byte pairs."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlf_reference.data import DataError
from dlf_reference.data.bpe import Encoder, learn
from dlf_reference.data.hub import read
from dlf_reference.data.news import readable
from dlf_reference.data.split import held_out

END = ord("\n")  # stands between texts; AG News holds none itself
VOCABULARY, HELD_OUT, TESTS = 4_096, 1_000, 7_600
LEARNT = 5_000  # texts: two cores read them twenty times in half an hour, and a 5-gram has no more to count


def ag_news(folder: str, vocab_size: int = VOCABULARY) -> dict[str, Any]:
    """AG News, made readable, as byte pairs, which the training texts teach.

    Returns:
        for "train", "held_out" and "test": "x_…", all texts' ids one after the other, uint16, each text ended by the
        id 10; "lengths_…", (N,) int64, that id included; "bytes_…", the texts' length in UTF-8 together; and "merges",
        the pairs of bytes, in order.

    Raises:
        DataError: it is not there, or not complete.
    """
    texts, tests = (
        [readable(text) for text in read("ag_news", folder, split, ["text"])[0]] for split in ("train", "test")
    )
    if len(tests) != TESTS:
        raise DataError(f"ag_news in {folder}: expected {TESTS} test texts, got {len(tests)}")
    held, kept = held_out(len(texts), HELD_OUT)
    kept = kept[:LEARNT]
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
