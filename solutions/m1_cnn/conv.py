"""m1, part 1: two-dimensional convolution.

A loop over images, channels and pixels would be right and a thousand times too slow: the lesson
shows how to lay the windows side by side, so that one matrix product does the work.

Lesson: exercises/m1_cnn/README.md
Grade:  dlf-grade m1 -k conv
Write:  about 30 lines.
"""

import numpy as np


class Conv2d:
    """A layer that looks at every window of an image with the same weights.

    Args:
        in_channels: C, channels of the input.
        out_channels: O, channels of the output, one filter each.
        kernel_size: k, height and width of the window.
        stride: s, how far the window moves from one output pixel to the next.
        padding: p, rows and columns of zeros added on every side.
        bias: whether to add a bias; without one, `b` is None.
        rng: source of the initial weights.

    Attributes:
        W: weights, (O, C, k, k).
        b: bias, (O,), or None.
        dL_dW: gradient of W, (O, C, k, k), set by `backward`.
        dL_db: gradient of b, (O,), set by `backward` where there is a bias.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int,
        stride: int = 1,
        padding: int = 0,
        bias: bool = True,
        *,
        rng: np.random.Generator | None = None,
    ) -> None:
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.kernel_size = kernel_size
        self.stride = stride
        self.padding = padding
        rng = rng or np.random.default_rng()
        # He-normal, as in m0. How many numbers does one output pixel add up?
        ### BEGIN SOLUTION m1.conv.init
        fan_in = in_channels * kernel_size * kernel_size
        shape = (out_channels, in_channels, kernel_size, kernel_size)
        self.W = rng.normal(0.0, np.sqrt(2.0 / fan_in), shape)
        self.b = np.zeros(out_channels) if bias else None
        ### END SOLUTION

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Slide the filters over every image, without flipping them.

        Args:
            x: (N, C, H, W), float32 or float64.

        Returns:
            y: (N, O, H', W'), H' = (H + 2 p - k) // s + 1 and W' likewise, of x's dtype.

        Example:
            One channel, k = 2, W = [[1, 0], [0, 10]], b = [0]: the image
            [[1, 2], [3, 4]] gives [[41]].
        """
        self._check_input(x)
        # sliding_window_view (in np.lib.stride_tricks) shows all windows without copying; mind
        # the order of its axes before you reshape. Keep what `backward` needs.
        ### BEGIN SOLUTION m1.conv.forward
        k, s, p = self.kernel_size, self.stride, self.padding
        W = self.W.astype(x.dtype, copy=False)
        padded = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
        windows = np.lib.stride_tricks.sliding_window_view(padded, (k, k), axis=(2, 3))
        windows = windows[:, :, ::s, ::s]  # (N, C, H', W', k, k)
        N, C, H_out, W_out = windows.shape[:4]
        columns = windows.transpose(0, 1, 4, 5, 2, 3).reshape(N, C * k * k, H_out * W_out)
        self.cache = columns, W, padded.shape
        y = W.reshape(len(W), C * k * k) @ columns  # (N, O, H' W')
        if self.b is not None:
            y += self.b.astype(x.dtype)[:, None]
        return y.reshape(N, len(W), H_out, W_out)
        ### END SOLUTION

    def backward(self, dL_dy: np.ndarray) -> np.ndarray:
        """Turn the gradient of y into those of W, b (both stored) and x (returned).

        Args:
            dL_dy: (N, O, H', W'), the gradient of the loss with respect to y.

        Returns:
            dL_dx: (N, C, H, W), of x's dtype.

        Example:
            One channel, k = 2, W = [[1, 0], [0, 10]], x = [[1, 2], [3, 4]] and dL_dy = [[2]]:
            dL_dx = [[2, 0], [0, 20]], dL_dW = [[2, 4], [6, 8]], dL_db = [2].
        """
        # A pixel lies in several windows and collects from each of them. Loop over the k x k
        # places inside the window, never over pixels; the padding gets a gradient nobody wants.
        ### BEGIN SOLUTION m1.conv.backward
        k, s, p = self.kernel_size, self.stride, self.padding
        columns, W, padded_shape = self.cache
        N, num_filters, H_out, W_out = dL_dy.shape
        dL_dy = dL_dy.reshape(N, num_filters, H_out * W_out).astype(W.dtype, copy=False)
        self.dL_dW = (dL_dy @ columns.transpose(0, 2, 1)).sum(axis=0).reshape(W.shape)
        if self.b is not None:
            self.dL_db = dL_dy.sum(axis=(0, 2))
        taps = W.transpose(2, 3, 1, 0).copy()  # (k, k, C, O): a matrix for every place (i, j)
        dL_dpadded = np.zeros(padded_shape, W.dtype)  # (N, C, H + 2 p, W + 2 p)
        for i, j in np.ndindex(k, k):
            seen = dL_dpadded[:, :, i : i + s * H_out : s, j : j + s * W_out : s]
            seen += (taps[i, j] @ dL_dy).reshape(seen.shape)  # (N, C, H', W')
        return dL_dpadded[:, :, p : padded_shape[2] - p, p : padded_shape[3] - p]
        ### END SOLUTION

    def _check_input(self, x: np.ndarray) -> None:
        if x.ndim != 4 or x.shape[1] != self.in_channels:
            raise ValueError(f"expected x of shape (N, {self.in_channels}, H, W), got {x.shape}")
        if x.dtype.kind != "f":
            raise ValueError(f"expected floating-point x, got {x.dtype}: use x.astype(np.float32)")
        smallest = self.kernel_size - 2 * self.padding
        if min(x.shape[2:]) < smallest:
            raise ValueError(
                f"expected x of at least {smallest} x {smallest} pixels for kernel_size="
                f"{self.kernel_size} and padding={self.padding}, got {x.shape[2]} x {x.shape[3]}"
            )
