"""m6, part 2: normalisation by the root mean square.

LayerNorm subtracts the mean, divides by the standard deviation, scales and shifts. Dividing by the
size alone trains as well, and costs less.

Lesson: exercises/m6_language/README.md
Grade:  dlf-grade m6 -k rmsnorm
Write:  about 10 lines.
"""

import numpy as np


class RMSNorm:
    """Gives each token's features a mean square of 1, then a learnt scale.

    Args:
        d_model: E, features of a token, the size of the last axis.
        eps: added to the mean square, under the root.

    Attributes:
        gamma: scale, (E,), ones at first.
        dL_dgamma: its gradient, (E,), set by `backward`.
    """

    def __init__(self, d_model: int, eps: float = 1e-6) -> None:
        self.d_model = d_model
        self.eps = eps
        self.gamma = np.ones(d_model)

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Normalise the last axis.

        Args:
            x: (..., E), float32 or float64.

        Returns:
            y: shape and dtype of x.

        Example:
            With eps = 0, [1, 7] has the mean square 25: y = [0.2, 1.4].
        """
        if x.ndim < 1 or x.shape[-1] != self.d_model or x.size == 0:
            raise ValueError(f"expected x of shape (..., {self.d_model}), not empty, got {x.shape}")
        if x.dtype.kind != "f":
            raise ValueError(f"expected floating-point x, got {x.dtype}: use x.astype(np.float32)")
        # Nothing is subtracted. Store the normalised x and what it was divided by.
        ### BEGIN SOLUTION m6.rmsnorm.forward
        gamma = self.gamma.astype(x.dtype, copy=False)
        rms = np.sqrt((x * x).mean(axis=-1, keepdims=True) + self.eps)
        x_hat = x / rms
        self.cache = x_hat, rms, gamma
        return gamma * x_hat
        ### END SOLUTION

    def backward(self, dL_dy: np.ndarray) -> np.ndarray:
        """Turn the gradient of y into those of gamma (stored) and x (returned).

        Args:
            dL_dy: (..., E), the gradient of the loss with respect to y.

        Returns:
            dL_dx: shape and dtype of x.

        Example:
            With eps = 0, x = [1, 7], gamma = [1, 1] and dL_dy = [5, 0]: dL_dgamma = [1, 0] and
            dL_dx = [0.98, -0.14].
        """
        # Two paths lead from x to y: the direct one, and one through the root mean square.
        ### BEGIN SOLUTION m6.rmsnorm.backward
        x_hat, rms, gamma = self.cache
        dL_dy = dL_dy.astype(x_hat.dtype, copy=False)
        self.dL_dgamma = (dL_dy * x_hat).sum(axis=tuple(range(x_hat.ndim - 1)))
        dL_dx_hat = dL_dy * gamma
        through_rms = x_hat * (dL_dx_hat * x_hat).mean(axis=-1, keepdims=True)
        return (dL_dx_hat - through_rms) / rms
        ### END SOLUTION
