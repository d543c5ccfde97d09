"""m0, part 1: a fully connected layer and three activations.

Every layer keeps, from `forward`, what its `backward` will need, and every `backward` turns the
gradient of its output into the gradient of its input.

Lesson: exercises/m0_mlp/README.md
Grade:  dlf-grade m0 -k "linear or relu or sigmoid or tanh"
Write:  about 25 lines.
"""

import numpy as np


class Linear:
    """A fully connected layer: every output is a weighted sum of all inputs, plus a bias.

    Args:
        in_features: D_in, inputs a row.
        out_features: D_out, outputs a row.
        bias: whether to add a bias; without one, `b` is None.
        rng: source of the initial weights.

    Attributes:
        W: weights, (D_out, D_in).
        b: bias, (D_out,), or None.
        dL_dW: gradient of W, (D_out, D_in), set by `backward`.
        dL_db: gradient of b, (D_out,), set by `backward` where there is a bias.
    """

    def __init__(
        self,
        in_features: int,
        out_features: int,
        bias: bool = True,
        *,
        rng: np.random.Generator | None = None,
    ) -> None:
        self.in_features = in_features
        self.out_features = out_features
        rng = rng or np.random.default_rng()
        # He-normal: how far should the weights spread, so that half the signal, which is what a
        # ReLU lets through, is as strong as the whole was?
        # TODO(m0.linear.init): about 2 lines.
        raise NotImplementedError("m0.linear.init")

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Weigh and sum the features of every row.

        Args:
            x: (N, D_in), float32 or float64.

        Returns:
            y: (N, D_out), of x's dtype whatever the parameters' is.

        Example:
            With W = [[1, 2], [3, 4]] and b = [0, 10], the row x = [1, 1] gives y = [3, 17].
        """
        if x.ndim != 2 or x.shape[1] != self.in_features:
            raise ValueError(f"expected x of shape (N, {self.in_features}), got {x.shape}")
        if x.dtype.kind != "f":
            raise ValueError(f"expected floating-point x, got {x.dtype}: use x.astype(np.float32)")
        # Keep what `backward` needs. The weights may have been replaced since the last call.
        # TODO(m0.linear.forward): about 6 lines.
        raise NotImplementedError("m0.linear.forward")

    def backward(self, dL_dy: np.ndarray) -> np.ndarray:
        """Turn the gradient of y into those of W, b (both stored) and x (returned).

        Args:
            dL_dy: (N, D_out), the gradient of the loss with respect to y.

        Returns:
            dL_dx: (N, D_in), of x's dtype.

        Example:
            With W = [[1, 2], [3, 4]], x = [[1, 5]] and dL_dy = [[1, 0]]: dL_dx = [[1, 2]],
            dL_dW = [[1, 5], [0, 0]], dL_db = [1, 0].
        """
        # There is one way only to put two of (N, D_out), (N, D_in), (D_out, D_in) together and
        # get the third. All rows of the batch share W and b.
        # TODO(m0.linear.backward): about 6 lines.
        raise NotImplementedError("m0.linear.backward")


class ReLU:
    """Keeps what is positive, and replaces the rest by zero."""

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Replace every negative entry by zero.

        Args:
            x: any shape, float32 or float64.

        Returns:
            y: shape and dtype of x.

        Example:
            [-2, 0, 3] becomes [0, 0, 3].
        """
        # Which entries let the gradient through later?
        # TODO(m0.relu.forward): about 2 lines.
        raise NotImplementedError("m0.relu.forward")

    def backward(self, dL_dy: np.ndarray) -> np.ndarray:
        """Let the gradient through where x was positive.

        Args:
            dL_dy: shape of x.

        Returns:
            dL_dx: shape and dtype of x; zero where x was zero.

        Example:
            With x = [-2, 0, 3] and dL_dy = [5, 5, 5], dL_dx = [0, 0, 5].
        """
        # The upstream gradient is the caller's: build a new array.
        # TODO(m0.relu.backward): about 1 line.
        raise NotImplementedError("m0.relu.backward")


class Sigmoid:
    """Squeezes every number into the range from 0 to 1."""

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Map every entry to (0, 1), without overflow for entries as large as 1000.

        Args:
            x: any shape, float32 or float64.

        Returns:
            y: shape and dtype of x.

        Example:
            0 becomes 0.5, 1000 becomes 1, -1000 becomes 0.
        """
        # exp of a large number overflows and exp of a very negative one is merely 0:
        # can you write the function so that it only ever sees the latter?
        # TODO(m0.sigmoid.forward): about 3 lines.
        raise NotImplementedError("m0.sigmoid.forward")

    def backward(self, dL_dy: np.ndarray) -> np.ndarray:
        """Scale the gradient by the slope of the sigmoid.

        Args:
            dL_dy: shape of x.

        Returns:
            dL_dx: shape and dtype of x; finite wherever x was.

        Example:
            At x = 0 the slope is 1/4: dL_dy = 8 gives dL_dx = 2.
        """
        # The slope can be had from y alone.
        # TODO(m0.sigmoid.backward): about 2 lines.
        raise NotImplementedError("m0.sigmoid.backward")


class Tanh:
    """Squeezes every number into the range from -1 to 1."""

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Map every entry to (-1, 1).

        Args:
            x: any shape, float32 or float64.

        Returns:
            y: shape and dtype of x.

        Example:
            0 becomes 0, 1000 becomes 1, -1000 becomes -1.
        """
        # NumPy's own tanh is stable.
        # TODO(m0.tanh.forward): about 2 lines.
        raise NotImplementedError("m0.tanh.forward")

    def backward(self, dL_dy: np.ndarray) -> np.ndarray:
        """Scale the gradient by the slope of the hyperbolic tangent.

        Args:
            dL_dy: shape of x.

        Returns:
            dL_dx: shape and dtype of x.

        Example:
            At x = 0 the slope is 1: dL_dy = 8 gives dL_dx = 8. At x = 1000 it is 0.
        """
        # As with the sigmoid, y is all you need.
        # TODO(m0.tanh.backward): about 2 lines.
        raise NotImplementedError("m0.tanh.backward")
