# exercise = "m0_mlp/losses.py"
# mistake = "exp of the raw logits overflows at 1e4"
# caught_by = ["m0.cross_entropy.forward", "m0.cross_entropy.backward"]
# names = "overflow|subtract|maximum|inf|nan|large"
import numpy as np


class CrossEntropyLoss:
    def forward(self, logits, targets):
        if logits.ndim != 2 or len(logits) == 0 or targets.shape != (len(logits),):
            raise ValueError(f"bad shapes {logits.shape} {targets.shape}")
        if targets.min() < 0 or targets.max() >= logits.shape[1]:
            raise ValueError(f"class out of range: {targets.min()}..{targets.max()}")
        e = np.exp(logits)
        self.probs = e / e.sum(axis=1, keepdims=True)
        self.targets = targets
        return float(-np.log(self.probs[np.arange(len(targets)), targets]).mean())

    def backward(self):
        g = self.probs.copy()
        g[range(len(g)), self.targets] -= 1
        return g / len(g)
