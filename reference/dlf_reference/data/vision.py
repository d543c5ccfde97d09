"""Image data sets, through torchvision."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from dlf_reference.data import DataError
from dlf_reference.data.catalogue import state
from dlf_reference.data.split import held_out

MNIST_SIZES = {"train": 60_000, "test": 10_000}
CIFAR10_SIZES = {"train": 50_000, "test": 10_000}
CIFAR10_CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
HELD_OUT = 2_000


def mnist(folder: str, *, download: bool = False) -> dict[str, np.ndarray]:
    """MNIST as arrays, 2,000 training images kept back to see how training goes without a look at the test images.

    Args:
        folder: holds `MNIST/raw/`, as torchvision lays it out.
        download: fetch what is missing.

    Returns:
        "x_train" (58000, 28, 28) uint8, "y_train" (58000,) int64, and the same of "held_out" and "test".

    Raises:
        DataError: it is not there, or not complete.
    """
    from torchvision.datasets import MNIST

    found = {}
    for split, count in MNIST_SIZES.items():
        try:
            data = MNIST(folder, train=split == "train", download=download)
        except Exception as error:  # torchvision's words would advise what cannot be done from here
            there = state("mnist", Path(folder))
            if not download and not there.size:
                raise DataError(f"MNIST was never fetched to {folder}") from error
            problem = "; ".join(() if download else there.problems) or " ".join(str(error).split())
            raise DataError(f"MNIST in {folder} is not whole: {problem}") from error
        if data.data.shape != (count, 28, 28) or data.targets.shape != (count,):
            raise DataError(f"MNIST in {Path(folder)}: expected {count} {split} images, got {len(data.data)}")
        found[f"x_{split}"] = data.data.numpy()
        found[f"y_{split}"] = data.targets.numpy()
    return _with_held_out(found)


def cifar10(folder: str) -> dict[str, np.ndarray]:
    """CIFAR-10 as arrays, 2,000 training images kept back like MNIST's.

    Args:
        folder: holds `cifar10/`, as `datasets` reads it.

    Returns:
        "x_train" (48000, 3, 32, 32) uint8, "y_train" (48000,) int64, and the same of "held_out" and "test".

    Raises:
        DataError: it is not there, or not complete.
    """
    from dlf_reference.data.hub import read

    found = {}
    for split, count in CIFAR10_SIZES.items():
        pictures, labels = read("cifar10", folder, split, ("img", "label"))
        images = np.stack([np.asarray(image) for image in pictures])  # (N, 32, 32, 3)
        if images.shape != (count, 32, 32, 3):
            raise DataError(f"cifar10 in {folder}: expected {count} {split} images, got {images.shape}")
        found[f"x_{split}"] = np.ascontiguousarray(images.transpose(0, 3, 1, 2))
        found[f"y_{split}"] = np.asarray(labels, np.int64)
    return _with_held_out(found)


def _with_held_out(found: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    held, kept = held_out(len(found["y_train"]), HELD_OUT)
    for name in ("x", "y"):
        whole = found[f"{name}_train"]
        found[f"{name}_held_out"], found[f"{name}_train"] = whole[held], whole[kept]
    return found
