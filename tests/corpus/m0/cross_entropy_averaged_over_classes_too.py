# exercise = "m0_mlp/losses.py"
# mistake = "np.mean over the (N, K) one-hot product divides by N K"
# caught_by = ["m0.cross_entropy.forward"]
# names = "class|\\bK\\b|N K|all elements|over N"
import numpy as np


class CrossEntropyLoss:
    def forward(self, logits, targets):
        if logits.ndim != 2 or targets.ndim != 1 or logits.shape[0] != targets.shape[0] or not len(targets):
            raise ValueError(f"wrong shapes: {logits.shape}, {targets.shape}")
        if targets.min() < 0 or targets.max() >= logits.shape[1]:
            raise ValueError(f"wrong class among {targets.min()}..{targets.max()}")
        z = logits - logits.max(1, keepdims=True)
        logp = z - np.log(np.exp(z).sum(1, keepdims=True))
        self.t = np.zeros_like(logits)
        self.t[np.arange(len(targets)), targets] = 1
        self.p = np.exp(logp)
        return float(np.mean(-self.t * logp))

    def backward(self):
        return (self.p - self.t) / len(self.t)
