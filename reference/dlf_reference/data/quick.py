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
