"""m0, part 1: a fully connected layer and three activations.

Every `forward` stores what its `backward` needs. Every `backward` turns the gradient of the
layer's output into the gradient of its input.

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
        # He-normal: a ReLU passes half of the signal. How large must the weights be, so that this
        # half is as strong as the whole was?
        # TODO(m0.linear.init): about 2 lines.
        raise NotImplementedError("m0.linear.init")

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Compute the weighted sums of the features of every row.

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
        # Store what `backward` needs. The weights may have been replaced since the last call.
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
        # There is only one way to multiply two of (N, D_out), (N, D_in), (D_out, D_in) and get the
        # third. All rows of the batch share W and b.
        # TODO(m0.linear.backward): about 6 lines.
        raise NotImplementedError("m0.linear.backward")


class ReLU:
    """Keeps positive elements, and replaces all others by zero."""

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Replace every negative element by zero.

        Args:
            x: any shape, float32 or float64.

        Returns:
            y: shape and dtype of x.

        Example:
            [-2, 0, 3] becomes [0, 0, 3].
        """
        # Which elements will the gradient pass through?
        # TODO(m0.relu.forward): about 2 lines.
        raise NotImplementedError("m0.relu.forward")

    def backward(self, dL_dy: np.ndarray) -> np.ndarray:
        """Pass the gradient on where x was positive.

        Args:
            dL_dy: shape of x.

        Returns:
            dL_dx: shape and dtype of x; zero where x was zero.

        Example:
            With x = [-2, 0, 3] and dL_dy = [5, 5, 5], dL_dx = [0, 0, 5].
        """
        # The upstream gradient belongs to the caller: make a new array.
        # TODO(m0.relu.backward): about 1 line.
        raise NotImplementedError("m0.relu.backward")


class Sigmoid:
    """Maps every number into the range from 0 to 1."""

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Map every element to (0, 1), without overflow for elements as large as 1000.

        Args:
            x: any shape, float32 or float64.

        Returns:
            y: shape and dtype of x.

        Example:
            0 becomes 0.5, 1000 becomes 1, -1000 becomes 0.
        """
        # exp of a large positive number overflows, exp of a large negative one is 0. Can you write
        # the function so that exp never gets a positive number?
        # TODO(m0.sigmoid.forward): about 3 lines.
        raise NotImplementedError("m0.sigmoid.forward")

    def backward(self, dL_dy: np.ndarray) -> np.ndarray:
        """Multiply the gradient by the derivative of the sigmoid.

        Args:
            dL_dy: shape of x.

        Returns:
            dL_dx: shape and dtype of x; finite wherever x was.

        Example:
            At x = 0 the derivative is 1/4: dL_dy = 8 gives dL_dx = 2.
        """
        # The derivative follows from y alone.
        # TODO(m0.sigmoid.backward): about 2 lines.
        raise NotImplementedError("m0.sigmoid.backward")


class Tanh:
    """Maps every number into the range from -1 to 1."""

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Map every element to (-1, 1).

        Args:
            x: any shape, float32 or float64.

        Returns:
            y: shape and dtype of x.

        Example:
            0 becomes 0, 1000 becomes 1, -1000 becomes -1.
        """
        # NumPy's own tanh does not overflow.
        # TODO(m0.tanh.forward): about 2 lines.
        raise NotImplementedError("m0.tanh.forward")

    def backward(self, dL_dy: np.ndarray) -> np.ndarray:
        """Multiply the gradient by the derivative of the hyperbolic tangent.

        Args:
            dL_dy: shape of x.

        Returns:
            dL_dx: shape and dtype of x.

        Example:
            At x = 0 the derivative is 1: dL_dy = 8 gives dL_dx = 8. At x = 1000 it is 0.
        """
        # As with the sigmoid, y is all you need.
        # TODO(m0.tanh.backward): about 2 lines.
        raise NotImplementedError("m0.tanh.backward")
