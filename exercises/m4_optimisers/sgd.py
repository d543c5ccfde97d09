"""m4, part 1: stochastic gradient descent, with momentum.

Every optimiser of this milestone gets the network's own arrays and writes into them at every step;
it returns nothing.

Lesson: exercises/m4_optimisers/README.md
Grade:  dlf-grade m4 -k sgd
Write:  about 5 lines.
"""

import numpy as np

from m4_optimisers.parameters import as_parameters, check_gradients


class SGD:
    """Moves against the gradient, with momentum: a share of the previous velocity is kept.

    Args:
        params: arrays to update, float32 or float64, any shapes.
        lr: learning rate, the length of a step for a gradient of 1.
        momentum: share of the velocity that is kept from step to step, in [0, 1).
        nesterov: look ahead along the velocity; needs momentum.
        weight_decay: times the weight, this is added to the gradient and pulls the weight to zero.

    Attributes:
        params: the very arrays that were passed.
        lr: read at every step, so a schedule may change it.
        velocities: one array for each parameter, of its shape and dtype; zero at first.
    """

    def __init__(
        self,
        params: list[np.ndarray],
        lr: float = 1e-2,
        momentum: float = 0.0,
        nesterov: bool = False,
        weight_decay: float = 0.0,
    ) -> None:
        if nesterov and momentum <= 0:
            raise ValueError(f"expected momentum above 0 with nesterov=True, got {momentum}")
        self.params = as_parameters(params)
        self.lr = lr
        self.momentum = momentum
        self.nesterov = nesterov
        self.weight_decay = weight_decay
        self.velocities = [np.zeros_like(w) for w in self.params]

    def step(self, grads: list[np.ndarray]) -> None:
        """Update every parameter once, in place.

        Args:
            grads: one gradient for each parameter, of its shape; not modified.

        Example:
            params = [[1.0]], lr = 0.5 and grads = [[2.0]] leave 0.0 in the array; with
            momentum = 0.5 a second step of the same leaves -1.5.
        """
        check_gradients(self.params, grads)
        # Iterate over parameters, gradients and velocities together. Write into w and into the
        # velocity (w -= ...): `w = w - ...` makes a new array. Do not modify g.
        # TODO(m4.sgd.step): about 6 lines.
        raise NotImplementedError("m4.sgd.step")
