"""Small data sets that need no download."""

from __future__ import annotations

import gzip
from importlib.util import find_spec
from pathlib import Path

import numpy as np

TEST_IMAGES = 360
DIGITS = "datasets/data/digits.csv.gz"  # in scikit-learn's folder


def digits(seed: int, size: int = 28) -> dict[str, np.ndarray]:
    """scikit-learn's handwritten digits, 8 × 8, enlarged to the size that MNIST's models take.

    Args:
        seed: of the split into training and test images.
        size: side of the images; 8 leaves them as they are, 28 is three times as large with a border of 2.

    Returns:
        "x_train" (1437, size, size) uint8, "y_train" (1437,) int64, "x_test" (360, ...), "y_test".
    """
    grey, labels = _handwritten()
    images = (grey * (255 / 16)).astype(np.uint8)  # 17 grey levels
    if size != 8:
        factor, rest = divmod(size, 8)
        images = images.repeat(factor, axis=1).repeat(factor, axis=2)
        images = np.pad(images, ((0, 0), (rest // 2, rest - rest // 2), (rest // 2, rest - rest // 2)))
    order = np.random.default_rng(seed).permutation(len(images))
    test, train = order[:TEST_IMAGES], order[TEST_IMAGES:]
    return {"x_train": images[train], "y_train": labels[train], "x_test": images[test], "y_test": labels[test]}


def _handwritten() -> tuple[np.ndarray, np.ndarray]:
    """Images (1797, 8, 8) from 0 to 16, and labels; scikit-learn itself would take two seconds to import."""
    package = find_spec("sklearn")
    file = Path(*(package.submodule_search_locations or ())[:1], DIGITS) if package else Path(DIGITS)
    if not file.is_file():
        from sklearn.datasets import load_digits

        bunch = load_digits()
        return bunch.images, bunch.target.astype(np.int64)
    with gzip.open(file, "rt", encoding="ascii") as lines:
        table = np.loadtxt(lines, delimiter=",")  # (1797, 65): an image a row, and its label
    return table[:, :-1].reshape(-1, 8, 8), table[:, -1].astype(np.int64)


RECALL_KEYS, RECALL_VALUES, RECALL_PAIRS = 8, 8, 2
RECALL_TEST, RECALL_TRAIN = 600, 12_800


def associative_recall(seed: int) -> dict[str, np.ndarray]:
    """Pairs of a key and its value, then one of the keys again: which value was its?

    Token 0 is padding, 1 to 8 are keys, 9 to 16 values; "2 11 4 9 2" asks for the value that followed 2, so the answer
    is 11, class 2. One or two pairs, their keys different. No test text occurs in training.

    Returns:
        "x_train" (12800, 5) int64, padded with 0 at the end, "y_train" (12800,) int64, "x_test" (600, 5), "y_test".
    """
    rng = np.random.default_rng(seed)
    count = 2 * RECALL_TRAIN + 10 * RECALL_TEST
    keys = rng.permuted(np.tile(np.arange(RECALL_KEYS), (count, 1)), axis=1)[:, :RECALL_PAIRS]
    values = rng.integers(0, RECALL_VALUES, keys.shape)
    pairs = rng.integers(1, RECALL_PAIRS + 1, count)
    asked = rng.integers(0, pairs)
    texts, rows = np.zeros((count, 2 * RECALL_PAIRS + 1), np.int64), np.arange(count)
    there = np.arange(RECALL_PAIRS) < pairs[:, None]
    texts[:, 0:-1:2] = np.where(there, 1 + keys, 0)
    texts[:, 1:-1:2] = np.where(there, 1 + RECALL_KEYS + values, 0)
    texts[rows, 2 * pairs] = 1 + keys[rows, asked]
    answers = values[rows, asked]
    _, first_seen, kind = np.unique(texts, axis=0, return_index=True, return_inverse=True)
    held_out = rng.permutation(len(first_seen))[:RECALL_TEST]
    train = rows[~np.isin(kind.ravel(), held_out)][:RECALL_TRAIN]
    test = first_seen[held_out]
    return {"x_train": texts[train], "y_train": answers[train], "x_test": texts[test], "y_test": answers[test]}


PADDING, FIRST_EVENT, SECOND_EVENT, NOISE = 0, 1, 2, range(3, 13)  # token ids of `order_of_events`


def order_of_events(seed: int, train: int = 1600, test: int = 500, noise: int = 60) -> dict[str, np.ndarray]:
    """Two marked tokens in a stream of noise: which of the two came first?

    A row is up to 10 noise tokens, one event, a gap of noise, the other event, and noise again. Gap and end are of 0
    to `noise` tokens in training, so that short ones teach what long ones need, and of exactly `noise` in the test:
    whoever reads the last state has to remember across `noise` steps, and looking at the end of a row tells nothing.

    Returns:
        "x_train" (train, T) uint8 token ids, rows filled up with `PADDING`; "y_train" (train,) int64, 0 where
        `FIRST_EVENT` came first, else 1; "x_test" (test, T), "y_test".
    """
    rng = np.random.default_rng(seed)
    parts: dict[str, np.ndarray] = {}
    for name, count, least in (("train", train, 0), ("test", test, noise)):
        labels = rng.integers(0, 2, count)
        lead, gap, end = rng.integers(0, 11, count), *rng.integers(least, noise + 1, (2, count))
        lengths, rows = lead + gap + end + 2, np.arange(count)
        tokens = rng.integers(NOISE.start, NOISE.stop, (count, lengths.max())).astype(np.uint8)
        tokens[rows, lead] = np.where(labels == 0, FIRST_EVENT, SECOND_EVENT)
        tokens[rows, lead + gap + 1] = np.where(labels == 0, SECOND_EVENT, FIRST_EVENT)
        tokens[np.arange(tokens.shape[1]) >= lengths[:, None]] = PADDING
        parts |= {f"x_{name}": tokens, f"y_{name}": labels}
    return parts


SYMBOLS, COPIED = 16, 8  # of `copying`
COPY_TRAIN, COPY_TEST = 9_600, 400


def copying(seed: int) -> dict[str, np.ndarray]:
    """Eight symbols, a mark, and the same eight again: what follows the mark is known, if one looks back.

    Symbols are 1 to 16, the mark is 0. No test row occurs in training.

    Returns:
        "x_train" (9600, 17) int64, whole rows; "x_test" (400, 16), without the last symbol; "y_test" (3200,) int64,
        the second eight of each row, one row after the other.
    """
    rng = np.random.default_rng(seed)
    said = np.unique(rng.integers(1, SYMBOLS + 1, (COPY_TRAIN + COPY_TEST + 100, COPIED)), axis=0)
    said = said[rng.permutation(len(said))][: COPY_TRAIN + COPY_TEST]
    rows = np.concatenate([said, np.zeros((len(said), 1), np.int64), said], axis=1)
    train, test = rows[COPY_TEST:], rows[:COPY_TEST]
    return {"x_train": train, "x_test": test[:, :-1], "y_test": test[:, -COPIED:].ravel()}
