# exercise = "m0_mlp/losses.py"
# mistake = "one maximum of the whole batch is subtracted: a row far below it underflows to log 0"
# caught_by = ["m0.cross_entropy.forward", "m0.cross_entropy.backward"]
# names = "row|own maximum|whole|underflow|each|global|keepdims"
# misnames = "exp overflows"
import numpy as np


class CrossEntropyLoss:
    def forward(self, logits, targets):
        if logits.ndim != 2 or logits.shape[0] == 0 or targets.shape != (logits.shape[0],):
            raise ValueError(f"got logits {logits.shape} and targets {targets.shape}")
        if not ((targets >= 0) & (targets < logits.shape[1])).all():
            raise ValueError(f"targets {targets.min()}..{targets.max()} for {logits.shape[1]} classes")
        z = logits - np.max(logits)
        expz = np.exp(z)
        total = expz.sum(axis=1, keepdims=True)
        self.p = expz / total
        self.y = targets
        rows = np.arange(logits.shape[0])
        return float(np.mean(np.log(total[:, 0]) - z[rows, targets]))

    def backward(self):
        d = self.p.copy()
        d[np.arange(len(self.y)), self.y] -= 1.0
        return d / len(self.y)
