# exercise = "m0_mlp/losses.py"
# mistake = "backward is not divided by the batch size"
# caught_by = ["m0.cross_entropy.backward", "m0.cross_entropy.gradient"]
# names = "divid|batch|\\bN\\b|mean|averag"
# misnames = "sign|softmax"
import numpy as np


class CrossEntropyLoss:
    def forward(self, scores, labels):
        if scores.ndim != 2 or labels.ndim != 1 or len(scores) != len(labels) or len(labels) == 0:
            raise ValueError(f"scores {scores.shape} and labels {labels.shape} do not match")
        K = scores.shape[1]
        if labels.min() < 0 or labels.max() > K - 1:
            raise ValueError(f"labels from {labels.min()} to {labels.max()} but {K} classes")
        top = scores.max(axis=1)
        lse = top + np.log(np.exp(scores - top[:, None]).sum(axis=1))
        self.save = scores, labels, lse
        return float(np.mean(lse - scores[np.arange(len(labels)), labels]))

    def backward(self):
        scores, labels, lse = self.save
        out = np.exp(scores - lse[:, None])
        out[np.arange(len(labels)), labels] -= 1
        return out
