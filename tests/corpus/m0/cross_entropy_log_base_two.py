# exercise = "m0_mlp/losses.py"
# mistake = "log2 instead of the natural logarithm"
# caught_by = ["m0.cross_entropy.forward"]
# names = "log2|base|natural"
import numpy as np


class CrossEntropyLoss:
    def forward(self, logits, targets):
        if logits.ndim != 2 or not len(logits) or targets.shape != logits.shape[:1]:
            raise ValueError(f"{logits.shape} {targets.shape}")
        if targets.min() < 0 or targets.max() >= logits.shape[1]:
            raise ValueError(f"class {targets.min()} or {targets.max()} of {logits.shape[1]}")
        z = logits - logits.max(1, keepdims=True)
        s = np.exp(z).sum(1, keepdims=True)
        self.p, self.t = np.exp(z) / s, targets
        return float(np.mean((np.log(s)[:, 0] - z[np.arange(len(z)), targets]) / np.log(2)))

    def backward(self):
        d = self.p.copy()
        d[np.arange(len(d)), self.t] -= 1
        return d / len(d)
