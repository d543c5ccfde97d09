# exercise = "m0_mlp/losses.py"
# right = true
# note = "scipy's logsumexp, math.fsum over rows"
import math

import numpy as np


class CrossEntropyLoss:
    def forward(self, logits, targets):
        if logits.ndim != 2 or logits.shape[0] == 0:
            raise ValueError(f"expected logits (N, K), got {logits.shape}")
        if targets.shape != logits.shape[:1] or targets.dtype.kind not in "iu":
            raise ValueError(f"expected targets ({len(logits)},), got {targets.shape} {targets.dtype}")
        K = logits.shape[1]
        for t in targets.tolist():
            if not 0 <= t < K:
                raise ValueError(f"expected classes from 0 to {K - 1}, got {t}")
        terms, self.rows = [], []
        for row, t in zip(logits, targets, strict=True):
            top = float(row.max())
            e = [math.exp(float(v) - top) for v in row]
            total = math.fsum(e)
            terms.append(top + math.log(total) - float(row[t]))
            self.rows.append([v / total - (j == t) for j, v in enumerate(e)])
        self.dtype = logits.dtype
        return math.fsum(terms) / len(terms)

    def backward(self):
        return (np.array(self.rows) / len(self.rows)).astype(self.dtype)
