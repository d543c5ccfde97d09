"""m1, part 2: pooling, and flattening on the way to a linear layer.

Lesson: exercises/m1_cnn/README.md
Grade:  dlf-grade m1 -k "pool or flatten"
Write:  about 25 lines.
"""

from collections.abc import Iterator

import numpy as np


def window_places(x: np.ndarray, k: int, s: int) -> Iterator[np.ndarray]:
    """Show x as seen from each place inside a pooling window, row by row. Given; no need to edit.

    Args:
        x: (N, C, H, W).
        k: height and width of the window.
        s: its stride.

    Yields:
        k * k views of x, each (N, C, H', W'): first the top left pixel of every
        window, last the bottom right one. Writing into a view writes into x.

    Example:
        [[1, 2], [3, 4]] with k = 2 shows [[1]], [[2]], [[3]], [[4]].
    """
    H_out = (x.shape[2] - k) // s + 1
    W_out = (x.shape[3] - k) // s + 1
    for i, j in np.ndindex(k, k):
        yield x[:, :, i : i + s * H_out : s, j : j + s * W_out : s]


class MaxPool2d:
    """Keeps the largest number of every window.

    Args:
        kernel_size: k, height and width of the window.
        stride: s, how far the window moves; by default k, so that windows do not overlap.
    """

    def __init__(self, kernel_size: int, stride: int | None = None) -> None:
        self.kernel_size = kernel_size
        self.stride = kernel_size if stride is None else stride

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Reduce every window to its maximum.

        Args:
            x: (N, C, H, W), float32 or float64.

        Returns:
            y: (N, C, H', W'), H' = (H - k) // s + 1 and W' likewise, of x's dtype.

        Example:
            k = 2 turns [[1, 5, 0, 0], [3, 2, 0, 7]] into [[5, 7]].
        """
        _check_images(x, self.kernel_size)
        # window_places above gives the pixels to compare. Besides the maximum, store its position;
        # of two equal pixels, the first counts.
        # TODO(m1.max_pool.forward): about 7 lines.
        raise NotImplementedError("m1.max_pool.forward")

    def backward(self, dL_dy: np.ndarray) -> np.ndarray:
        """Send every gradient to the one pixel that was the maximum of its window.

        Args:
            dL_dy: (N, C, H', W').

        Returns:
            dL_dx: (N, C, H, W), of x's dtype; zero for pixels that are not a maximum.

        Example:
            k = 2, x = [[1, 5], [3, 2]] and dL_dy = [[4]] give [[0, 4], [0, 0]].
        """
        # Where windows overlap, one pixel may be the maximum of several.
        # TODO(m1.max_pool.backward): about 5 lines.
        raise NotImplementedError("m1.max_pool.backward")


class AvgPool2d:
    """Keeps the mean of every window.

    Args:
        kernel_size: k, height and width of the window.
        stride: s, how far the window moves; by default k, so that windows do not overlap.
    """

    def __init__(self, kernel_size: int, stride: int | None = None) -> None:
        self.kernel_size = kernel_size
        self.stride = kernel_size if stride is None else stride

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Reduce every window to its mean.

        Args:
            x: (N, C, H, W), float32 or float64.

        Returns:
            y: (N, C, H', W'), H' = (H - k) // s + 1 and W' likewise, of x's dtype.

        Example:
            k = 2 turns [[1, 5], [3, 3]] into [[3]].
        """
        _check_images(x, self.kernel_size)
        # Here, what `backward` needs is not in the numbers.
        # TODO(m1.avg_pool.forward): about 2 lines.
        raise NotImplementedError("m1.avg_pool.forward")

    def backward(self, dL_dy: np.ndarray) -> np.ndarray:
        """Share every gradient out among the pixels of its window.

        Args:
            dL_dy: (N, C, H', W').

        Returns:
            dL_dx: (N, C, H, W), of x's dtype.

        Example:
            k = 2 and dL_dy = [[8]] give [[2, 2], [2, 2]].
        """
        # Pixels at the right and lower edge may belong to no window at all.
        # TODO(m1.avg_pool.backward): about 6 lines.
        raise NotImplementedError("m1.avg_pool.backward")


class Flatten:
    """Lays out every image as one row of features."""

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Keep the first axis and merge all others.

        Args:
            x: (N, ...), at least two axes.

        Returns:
            y: (N, D), D being the product of the other sizes, of x's dtype.

        Example:
            (32, 16, 5, 5) becomes (32, 400).
        """
        if x.ndim < 2:
            raise ValueError(f"expected x of at least two axes, (N, ...), got {x.shape}")
        # Nothing is computed, but something must be remembered.
        # TODO(m1.flatten.forward): about 2 lines.
        raise NotImplementedError("m1.flatten.forward")

    def backward(self, dL_dy: np.ndarray) -> np.ndarray:
        """Give the gradient the shape that x had.

        Args:
            dL_dy: (N, D).

        Returns:
            dL_dx: shape and dtype of x.

        Example:
            (32, 400) becomes (32, 16, 5, 5) again.
        """
        # The order of the numbers does not change.
        # TODO(m1.flatten.backward): about 2 lines.
        raise NotImplementedError("m1.flatten.backward")


def _check_images(x: np.ndarray, kernel_size: int) -> None:
    if x.ndim != 4:
        raise ValueError(f"expected x of shape (N, C, H, W), got {x.shape}")
    if min(x.shape[2:]) < kernel_size:
        raise ValueError(
            f"expected x of at least {kernel_size} x {kernel_size} pixels, "
            f"got {x.shape[2]} x {x.shape[3]}"
        )
