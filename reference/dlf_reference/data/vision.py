"""Image data sets, through torchvision."""

from __future__ import annotations

from pathlib import Path

import numpy as np

MNIST_SIZES = {"train": 60_000, "test": 10_000}


def mnist(folder: str, *, download: bool = False) -> dict[str, np.ndarray]:
    """MNIST as arrays.

    Args:
        folder: holds `MNIST/raw/`, as torchvision lays it out.
        download: fetch what is missing.

    Returns:
        "x_train" (60000, 28, 28) uint8, "y_train" (60000,) int64, "x_test" (10000, 28, 28), "y_test".

    Raises:
        RuntimeError: it is not there, or not complete.
    """
    from torchvision.datasets import MNIST

    found = {}
    for split, count in MNIST_SIZES.items():
        data = MNIST(folder, train=split == "train", download=download)
        if data.data.shape != (count, 28, 28) or data.targets.shape != (count,):
            raise RuntimeError(f"MNIST in {Path(folder)}: expected {count} {split} images, got {len(data.data)}")
        found[f"x_{split}"] = data.data.numpy()
        found[f"y_{split}"] = data.targets.numpy()
    return found
