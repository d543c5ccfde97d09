"""m3, part 3: layer normalisation.

Batch normalisation takes mean and variance over the samples. Here every token takes them over its
own features. Neither batch nor length of a sentence matters; training and evaluation are alike.

Lesson: exercises/m3_attention/README.md
Grade:  dlf-grade m3 -k layernorm
Write:  about 12 lines.
"""

import numpy as np


class LayerNorm:
    """Gives each token's features mean 0 and variance 1, then a learnt scale and shift.

    Args:
        d_model: E, features of a token, the size of the last axis.
        eps: added to the variance, under the root.

    Attributes:
        gamma: scale, (E,), ones at first.
        beta: shift, (E,), zeros at first.
        dL_dgamma, dL_dbeta: their gradients, (E,), set by `backward`.
    """

    def __init__(self, d_model: int, eps: float = 1e-5) -> None:
        self.d_model = d_model
        self.eps = eps
        self.gamma = np.ones(d_model)
        self.beta = np.zeros(d_model)

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Normalise the last axis.

        Args:
            x: (..., E), float32 or float64.

        Returns:
            y: shape and dtype of x.

        Example:
            With eps = 3, [4, 6] has mean 5 and variance 1: y = [-0.5, 0.5].
        """
        if x.ndim < 1 or x.shape[-1] != self.d_model:
            raise ValueError(f"expected x of shape (..., {self.d_model}), got {x.shape}")
        if x.dtype.kind != "f":
            raise ValueError(f"expected floating-point x, got {x.dtype}: use x.astype(np.float32)")
        # The variance is the mean of squares, as in batch normalisation; only the axis differs.
        # Store the normalised x and the standard deviation for backward.
        # TODO(m3.layernorm.forward): about 6 lines.
        raise NotImplementedError("m3.layernorm.forward")

    def backward(self, dL_dy: np.ndarray) -> np.ndarray:
        """Turn the gradient of y into those of gamma, beta (both stored) and x (returned).

        Args:
            dL_dy: (..., E), the gradient of the loss with respect to y.

        Returns:
            dL_dx: shape and dtype of x.

        Example:
            With eps = 3, x = [4, 6], gamma = [1, 1] and dL_dy = [8, 0]: dL_dgamma = [-4, 0],
            dL_dbeta = [8, 0], dL_dx = [1.5, -1.5].
        """
        # Three paths lead from x to y: the direct one, one through the mean, one through the
        # standard deviation. The last two need a mean over the features.
        # TODO(m3.layernorm.backward): about 9 lines.
        raise NotImplementedError("m3.layernorm.backward")
