"""m0, part 2: two losses, mean squared error and cross-entropy.

A loss is the end of the chain: `forward` gives one number. `backward` takes no argument, and gives
the gradient with which every other `backward` begins.

Lesson: exercises/m0_mlp/README.md
Grade:  dlf-grade m0 -k mse,cross_entropy
Write:  about 12 lines.
"""

import numpy as np


class MSELoss:
    """The mean of the squared difference to the target, over all elements."""

    def forward(self, prediction: np.ndarray, target: np.ndarray) -> float:
        """Measure how far the prediction is from the target.

        Args:
            prediction: any shape, float32 or float64.
            target: same shape.

        Returns:
            The loss, a float that is never negative.

        Example:
            prediction = [1, 5] and target = [1, 3] give (0 + 4) / 2 = 2.0.
        """
        if prediction.shape != target.shape:
            raise ValueError(
                f"expected prediction and target of one shape, got {prediction.shape} and "
                f"{target.shape}"
            )
        # Store the difference: the gradient needs it.
        ### BEGIN SOLUTION m0.mse.forward
        self.difference = (prediction - target).astype(prediction.dtype, copy=False)
        return float(np.mean(self.difference**2))
        ### END SOLUTION

    def backward(self) -> np.ndarray:
        """Give the gradient of the loss with respect to the prediction.

        Returns:
            dL_dprediction: shape and dtype of the prediction.

        Example:
            prediction = [1, 5] and target = [1, 3] give [0, 2].
        """
        # The mean is over all elements, not only over the batch.
        ### BEGIN SOLUTION m0.mse.backward
        return 2 * self.difference / self.difference.size
        ### END SOLUTION


class CrossEntropyLoss:
    """The negative log-probability of the true class, averaged over the batch.

    The probabilities are the softmax of the logits.
    """

    def forward(self, logits: np.ndarray, targets: np.ndarray) -> float:
        """Measure how improbable the true classes are, given the logits.

        Args:
            logits: (N, K), float32 or float64; any size up to 1e4 and beyond, of either sign.
            targets: (N,), integers from 0 to K - 1.

        Returns:
            The loss, a float, averaged over N.

        Example:
            logits = [[0, 0]] give log 2 = 0.693 whatever the target; logits = [[1000, 0]] give
            0.0 for target 0 and 1000.0 for target 1.
        """
        _check_targets(logits, targets)
        # The softmax stays the same if you subtract a constant from a row: choose the constant so
        # that exp cannot overflow. Simplify log(softmax) on paper before you compute it.
        ### BEGIN SOLUTION m0.cross_entropy.forward
        shifted = logits - logits.max(axis=1, keepdims=True)  # (N, K), at most 0
        log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))  # (N, K)
        self.cache = log_p, targets
        return float(-log_p[np.arange(len(targets)), targets].mean())
        ### END SOLUTION

    def backward(self) -> np.ndarray:
        """Give the gradient of the loss with respect to the logits.

        Returns:
            dL_dlogits: (N, K), of the logits' dtype; every row adds up to zero.

        Example:
            logits = [[0, 0]] and targets = [1] give [[0.5, -0.5]].
        """
        # It is the difference of two distributions: the predicted one minus the true one.
        ### BEGIN SOLUTION m0.cross_entropy.backward
        log_p, targets = self.cache
        N = len(targets)
        dL_dlogits = np.exp(log_p)  # (N, K), the probabilities
        dL_dlogits[np.arange(N), targets] -= 1
        return dL_dlogits / N
        ### END SOLUTION


def _check_targets(logits: np.ndarray, targets: np.ndarray) -> None:
    if logits.ndim != 2 or logits.shape[0] == 0:
        raise ValueError(f"expected logits of shape (N, K) with N >= 1, got {logits.shape}")
    N, K = logits.shape
    if targets.shape != (N,) or targets.dtype.kind not in "iu":
        raise ValueError(
            f"expected integer targets of shape ({N},), got {targets.dtype} of {targets.shape}"
        )
    if targets.min() < 0 or targets.max() >= K:
        raise ValueError(
            f"expected targets from 0 to {K - 1}, got {targets.min()} to {targets.max()}"
        )
