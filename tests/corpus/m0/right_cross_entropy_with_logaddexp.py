# exercise = "m0_mlp/losses.py"
# right = true
# note = "np.logaddexp.reduce, and a subclass of ValueError"
import numpy as np


class BadTarget(ValueError):
    pass


class CrossEntropyLoss:
    def forward(self, logits, targets):
        if logits.ndim != 2 or logits.shape[0] == 0:
            raise BadTarget(f"logits must be (N, K), got {logits.shape}")
        if targets.shape != (logits.shape[0],) or not np.issubdtype(targets.dtype, np.integer):
            raise BadTarget(f"targets must be ({logits.shape[0]},) integers, got {targets.shape} {targets.dtype}")
        if np.any((targets < 0) | (targets >= logits.shape[1])):
            raise BadTarget(f"targets must be below {logits.shape[1]}, got {targets.min()} to {targets.max()}")
        self.log_z = np.logaddexp.reduce(logits, axis=1, keepdims=True)
        self.logits, self.targets = logits, targets
        picked = np.take_along_axis(logits, targets[:, None], axis=1)
        return float(np.mean(self.log_z - picked))

    def backward(self):
        p = np.exp(self.logits - self.log_z)
        hot = self.targets[:, None] == np.arange(self.logits.shape[1])
        return ((p - hot) / len(self.targets)).astype(self.logits.dtype)
