# exercise = "m0_mlp/losses.py"
# mistake = "backward subtracts 1 from the stored probabilities in place, so a second call subtracts it twice"
# caught_by = ["m0.cross_entropy.behaviour", "m0.cross_entropy.backward"]
# names = "second|twice|again|in place|copy|repeat"
import numpy as np


class CrossEntropyLoss:
    def forward(self, logits, targets):
        if logits.ndim != 2 or len(logits) == 0 or targets.shape != logits.shape[:1]:
            raise ValueError(f"expected (N, K) and (N,), got {logits.shape} and {targets.shape}")
        if targets.min() < 0 or targets.max() >= logits.shape[1]:
            raise ValueError(f"expected classes below {logits.shape[1]}, got {targets.min()} to {targets.max()}")
        z = logits - logits.max(axis=1, keepdims=True)
        self.prob = np.exp(z)
        norm = self.prob.sum(axis=1, keepdims=True)
        self.prob /= norm
        self.idx = (np.arange(len(targets)), targets)
        return float(np.mean(np.log(norm[:, 0]) - z[self.idx]))

    def backward(self):
        grad = self.prob
        grad[self.idx] -= 1
        return grad / len(grad)
