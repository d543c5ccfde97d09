"""m4, part 2: RMSProp, which scales the step of every weight on its own.

Lesson: exercises/m4_optimisers/README.md
Grade:  dlf-grade m4 -k rmsprop
Write:  about 7 lines.
"""

import numpy as np

from m4_optimisers.parameters import as_parameters, check_gradients


class RMSProp:
    """Divides each gradient by its recent size, the root of its mean square.

    Args:
        params: arrays to update, float32 or float64, any shapes.
        lr: learning rate.
        alpha: share of the mean square that is kept from step to step, in [0, 1).
        eps: added to the root, to avoid a division by zero.
        weight_decay: times the weight, this is added to the gradient and pulls the weight to zero.
        momentum: share of the velocity that is kept from step to step, in [0, 1).

    Attributes:
        params: the very arrays that were passed.
        lr: read at every step, so a schedule may change it.
        mean_squares: one array for each parameter, of its shape and dtype; zero at first.
        velocities: likewise.
    """

    def __init__(
        self,
        params: list[np.ndarray],
        lr: float = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        momentum: float = 0.0,
    ) -> None:
        self.params = as_parameters(params)
        self.lr = lr
        self.alpha = alpha
        self.eps = eps
        self.weight_decay = weight_decay
        self.momentum = momentum
        self.mean_squares = [np.zeros_like(w) for w in self.params]
        self.velocities = [np.zeros_like(w) for w in self.params]

    def step(self, grads: list[np.ndarray]) -> None:
        """Update every parameter once, in place.

        Args:
            grads: one gradient for each parameter, of its shape; not modified.

        Example:
            With lr = 1 and alpha = 0.75, a first gradient of [4.0] moves the parameter by -2
            (but for eps), and so does one of [400.0].
        """
        check_gradients(self.params, grads)
        # Update the mean square first: it includes the new gradient. Scale the gradient before you
        # add it to the velocity.
        ### BEGIN SOLUTION m4.rmsprop.step
        for w, g, s, v in zip(self.params, grads, self.mean_squares, self.velocities, strict=True):
            decayed = g + self.weight_decay * w
            s *= self.alpha
            s += (1 - self.alpha) * decayed**2
            v *= self.momentum
            v += decayed / (np.sqrt(s) + self.eps)
            w -= self.lr * v
        ### END SOLUTION
