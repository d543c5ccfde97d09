# exercise = "m0_mlp/losses.py"
# mistake = "log(p + 1e-9): a hopeless row costs 20.7, not 1000"
# caught_by = ["m0.cross_entropy.forward"]
# names = "1e-9|small (number|constant)|epsilon|eps|inside the log|log\\(p"
import numpy as np


def softmax(z):
    z = z - np.max(z, axis=1, keepdims=True)
    ez = np.exp(z)
    return ez / np.sum(ez, axis=1, keepdims=True)


class CrossEntropyLoss:
    def forward(self, logits, targets):
        if logits.ndim != 2 or logits.shape[0] < 1 or targets.shape != logits.shape[:1]:
            raise ValueError(f"logits {logits.shape}, targets {targets.shape}")
        if np.any(targets < 0) or np.any(targets >= logits.shape[1]):
            raise ValueError(f"targets must lie in 0..{logits.shape[1] - 1}: {targets.min()}, {targets.max()}")
        self.p = softmax(logits)
        self.onehot = np.eye(logits.shape[1], dtype=logits.dtype)[targets]
        losses = -np.sum(self.onehot * np.log(self.p + 1e-9), axis=1)
        return float(losses.mean())

    def backward(self):
        return (self.p - self.onehot) / self.p.shape[0]
