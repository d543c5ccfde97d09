# exercise = "m0_mlp/losses.py"
# mistake = "a negative class number is taken from the end, as NumPy's indexing does"
# caught_by = ["m0.cross_entropy.behaviour", "m0.cross_entropy.forward", "m0.cross_entropy.errors"]
# names = "negative|-1|range|ValueError"
import numpy as np


class CrossEntropyLoss:
    def forward(self, logits, targets):
        n, k = logits.shape
        if n == 0 or targets.shape != (n,):
            raise ValueError(f"targets {targets.shape} for {n} rows")
        if targets.max() >= k:
            raise ValueError(f"class {targets.max()} of {k}")
        m = logits.max(axis=1, keepdims=True)
        log_z = m + np.log(np.sum(np.exp(logits - m), axis=1, keepdims=True))
        self.log_p = logits - log_z
        self.targets = targets
        return float(np.mean(-self.log_p[np.arange(n), targets]))

    def backward(self):
        n = len(self.targets)
        g = np.exp(self.log_p)
        g[np.arange(n), self.targets] -= 1
        return g / n
