"""m4, part 3: Adam, and AdamW, whose weight decay is not part of the gradient.

Lesson: exercises/m4_optimisers/README.md
Grade:  dlf-grade m4 -k adam
Write:  about 18 lines.
"""

import numpy as np

from m4_optimisers.parameters import as_parameters, check_gradients


class Adam:
    """Momentum divided by RMSProp's root; both means are corrected for their start at zero.

    Args:
        params: arrays to update, float32 or float64, any shapes.
        lr: learning rate.
        betas: shares that the mean gradient and the mean square keep from step to step.
        eps: added to the root, to avoid a division by zero.
        weight_decay: times the weight, this is added to the gradient and pulls the weight to zero.

    Attributes:
        params: the very arrays that were passed.
        lr: read at every step, so a schedule may change it.
        t: steps taken, one count for all parameters.
        means: one array for each parameter, of its shape and dtype; zero at first.
        mean_squares: likewise.
    """

    def __init__(
        self,
        params: list[np.ndarray],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
    ) -> None:
        self.params = as_parameters(params)
        self.lr = lr
        self.betas = betas
        self.eps = eps
        self.weight_decay = weight_decay
        self.t = 0
        self.means = [np.zeros_like(w) for w in self.params]
        self.mean_squares = [np.zeros_like(w) for w in self.params]

    def step(self, grads: list[np.ndarray]) -> None:
        """Update every parameter once, in place.

        Args:
            grads: one gradient for each parameter, of its shape; not modified.

        Example:
            With lr = 0.5 the first step moves a parameter by -0.5 if its gradient is [3.0], and by
            0.5 if it is [-0.01] (but for eps).
        """
        check_gradients(self.params, grads)
        self._move(grads, self.weight_decay)

    def _move(self, grads: list[np.ndarray], l2: float) -> None:
        """Take a step; l2 times each weight is added to its gradient."""
        # Count the step before you use the count: the first one is step 1. Update w, m and v in
        # place. m_hat and v_hat, the corrected means, are used in this step only.
        ### BEGIN SOLUTION m4.adam.step
        self.t += 1
        beta1, beta2 = self.betas
        for w, g, m, v in zip(self.params, grads, self.means, self.mean_squares, strict=True):
            decayed = g + l2 * w if l2 else g
            m *= beta1
            m += (1 - beta1) * decayed
            v *= beta2
            v += (1 - beta2) * decayed * decayed
            m_hat = m / (1 - beta1**self.t)
            v_hat = v / (1 - beta2**self.t)
            # w -= lr * m_hat / (sqrt(v_hat) + eps), in place: every new large array takes time
            v_hat **= 0.5
            v_hat += self.eps
            m_hat *= self.lr
            m_hat /= v_hat
            w -= m_hat
        ### END SOLUTION


class AdamW(Adam):
    """Adam whose weight decay shrinks the weights directly, so that it is not scaled.

    Args:
        params, lr, betas, eps: as in Adam.
        weight_decay: every step multiplies the weights by 1 - lr * weight_decay.
    """

    def __init__(
        self,
        params: list[np.ndarray],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
    ) -> None:
        super().__init__(params, lr, betas, eps, weight_decay)

    def step(self, grads: list[np.ndarray]) -> None:
        """Update every parameter once, in place.

        Args:
            grads: one gradient for each parameter, of its shape; not modified.

        Example:
            With lr = 0.5 and weight_decay = 0.5, a parameter of [4.0] whose gradient is [0.0]
            becomes 3.0; with a gradient of [1.0] it becomes 2.5.
        """
        check_gradients(self.params, grads)
        # First the decay, then Adam's own step, without any decay in it.
        ### BEGIN SOLUTION m4.adamw.step
        for w in self.params:
            w *= 1 - self.lr * self.weight_decay
        self._move(grads, l2=0.0)
        ### END SOLUTION
