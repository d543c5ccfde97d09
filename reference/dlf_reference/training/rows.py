"""Images as networks without convolutions take them, and their batches: what the recipes in NumPy share."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from dlf_reference.training.common import Array, Data, batches, pixel_scale


class Rows:
    """Images as rows of pixels with mean 0 and deviation 1, and batches of those to train on.

    Args:
        data: "x_train" and others, uint8 (N, ...); "y_train", (N,).
        dtype: of the rows.
        shift: pixels that a training image, (H, W), may move by in each direction, its border mirrored into the gap.
    """

    def __init__(self, data: Data, dtype: type = np.float32, *, shift: int = 0) -> None:
        self.data, self.dtype, self.shift = data, dtype, shift
        self.mean, self.deviation = pixel_scale(data["x_train"])
        edges = ((0, 0), (shift, shift), (shift, shift))
        self.train = np.pad(data["x_train"], edges, "reflect") if shift else self._rows(data["x_train"])

    def all(self, name: str) -> Array:
        """All images "train", "held_out" or "test", (N, pixels)."""
        return self.train if name == "train" and not self.shift else self._rows(self.data[f"x_{name}"])

    def steps(self, batch_size: int) -> int:
        """Batches of an epoch."""
        return -(-len(self.train) // batch_size)

    def batches(self, batch_size: int, rng: np.random.Generator) -> Iterator[tuple[Array, Array]]:
        """The training images of an epoch, (n, pixels), in a new order, and their classes."""
        for chosen in batches(len(self.train), batch_size, rng):
            images = self.train[chosen]
            yield (self._rows(self._moved(images, rng)) if self.shift else images), self.data["y_train"][chosen]

    def _rows(self, images: Array) -> Array:
        rows: Array = (images.reshape(len(images), -1).astype(self.dtype) - self.mean) / self.deviation
        return rows

    def _moved(self, images: Array, rng: np.random.Generator) -> Array:
        """A window of the original size out of each padded image, at a random place."""
        height, width = self.data["x_train"].shape[1:]
        down, right = rng.integers(0, 2 * self.shift + 1, (2, len(images), 1))
        rows, columns = down + np.arange(height), right + np.arange(width)  # (n, H), (n, W)
        moved: Array = images[np.arange(len(images))[:, None, None], rows[:, :, None], columns[:, None, :]]
        return moved
