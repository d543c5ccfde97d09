"""Small data sets that need no download."""

from __future__ import annotations

import numpy as np

TEST_IMAGES = 360


def digits(seed: int, size: int = 28) -> dict[str, np.ndarray]:
    """scikit-learn's handwritten digits, 8 × 8, enlarged to the size that MNIST's models take.

    Args:
        seed: of the split into training and test images.
        size: side of the images; 8 leaves them as they are, 28 is three times as large with a border of 2.

    Returns:
        "x_train" (1437, size, size) uint8, "y_train" (1437,) int64, "x_test" (360, ...), "y_test".
    """
    from sklearn.datasets import load_digits

    bunch = load_digits()
    images = (bunch.images * (255 / 16)).astype(np.uint8)  # 17 grey levels
    if size != 8:
        factor, rest = divmod(size, 8)
        images = images.repeat(factor, axis=1).repeat(factor, axis=2)
        images = np.pad(images, ((0, 0), (rest // 2, rest - rest // 2), (rest // 2, rest - rest // 2)))
    order = np.random.default_rng(seed).permutation(len(images))
    test, train = order[:TEST_IMAGES], order[TEST_IMAGES:]
    labels = bunch.target.astype(np.int64)
    return {"x_train": images[train], "y_train": labels[train], "x_test": images[test], "y_test": labels[test]}


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
