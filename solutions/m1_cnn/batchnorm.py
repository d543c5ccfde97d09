"""m1, part 3: batch normalisation.

Lesson: exercises/m1_cnn/README.md
Grade:  dlf-grade m1 -k batch_norm
Write:  about 25 lines.
"""

import numpy as np


class BatchNorm2d:
    """Gives every channel mean zero and variance one over the batch, then a scale and a shift.

    Args:
        num_features: C, channels.
        eps: added to the variance, so that a constant channel does not divide by zero.
        momentum: share of the newest batch in the running statistics.

    Attributes:
        gamma: scale, (C,), at first ones.
        beta: shift, (C,), at first zeros.
        running_mean: mean to use in evaluation, (C,), at first zeros.
        running_var: variance to use in evaluation, (C,), at first ones.
        training: True to use the batch's statistics, False to use the running ones.
        dL_dgamma: gradient of gamma, (C,), set by `backward`.
        dL_dbeta: gradient of beta, (C,), set by `backward`.
    """

    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float = 0.1) -> None:
        self.num_features = num_features
        self.eps = eps
        self.momentum = momentum
        self.training = True
        self.gamma = np.ones(num_features)
        self.beta = np.zeros(num_features)
        self.running_mean = np.zeros(num_features)
        self.running_var = np.ones(num_features)

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Normalise every channel; in training, update the running statistics too.

        Args:
            x: (N, C, H, W), float32 or float64; in training, more than one number a channel.

        Returns:
            y: shape and dtype of x.

        Example:
            In training, a channel that holds [1, 3] becomes [-1, 1]; with momentum 0.1 its
            running mean goes from 0 to 0.2 and its running variance from 1 to 1.1.
        """
        self._check_input(x)
        # Two variances: divide by the count to normalise, by one less for the running one, which
        # is to stand for all images. v[:, None, None] turns (C,) into (C, 1, 1), ready for x.
        ### BEGIN SOLUTION m1.batch_norm.forward
        mean, var = self.running_mean, self.running_var
        if self.training:
            m = x.size // self.num_features  # N H W, numbers a channel
            mean, var = x.mean(axis=(0, 2, 3)), x.var(axis=(0, 2, 3))  # (C,)
            t = self.momentum
            self.running_mean = (1 - t) * self.running_mean + t * mean
            self.running_var = (1 - t) * self.running_var + t * var * m / (m - 1)
        mean, std, gamma, beta = (
            v.astype(x.dtype, copy=False)[:, None, None]  # (C, 1, 1)
            for v in (mean, np.sqrt(var + self.eps), self.gamma, self.beta)
        )
        x_hat = (x - mean) / std  # (N, C, H, W)
        self.cache = x_hat, gamma / std, self.training
        return gamma * x_hat + beta
        ### END SOLUTION

    def backward(self, dL_dy: np.ndarray) -> np.ndarray:
        """Turn the gradient of y into those of gamma, beta (both stored) and x (returned).

        Args:
            dL_dy: (N, C, H, W), the gradient of the loss with respect to y.

        Returns:
            dL_dx: (N, C, H, W), of x's dtype.

        Example:
            In training, dL_dy = [1, 1] for a channel of two pixels gives dL_dx = [0, 0]: moving
            both pixels alike moves their mean, and y not at all. In evaluation it gives [1, 1]
            with the initial parameters (save for eps).
        """
        # In training, every pixel acts on y in three ways: by itself, through the mean and through
        # the variance. In evaluation the statistics are constants.
        ### BEGIN SOLUTION m1.batch_norm.backward
        x_hat, scale, training = self.cache
        dL_dy = dL_dy.astype(x_hat.dtype, copy=False)
        self.dL_dgamma = (dL_dy * x_hat).sum(axis=(0, 2, 3))
        self.dL_dbeta = dL_dy.sum(axis=(0, 2, 3))
        if not training:
            return scale * dL_dy
        m = x_hat.size // self.num_features
        through_mean = self.dL_dbeta[:, None, None] / m
        through_var = x_hat * (self.dL_dgamma[:, None, None] / m)
        return scale * (dL_dy - through_mean - through_var)
        ### END SOLUTION

    def _check_input(self, x: np.ndarray) -> None:
        if x.ndim != 4 or x.shape[1] != self.num_features:
            raise ValueError(f"expected x of shape (N, {self.num_features}, H, W), got {x.shape}")
        if self.training and x.size == self.num_features:
            raise ValueError(f"expected more than one number a channel in training, got {x.shape}")
