# exercise = "m0_mlp/losses.py"
# mistake = "the gradient is one-hot minus p"
# caught_by = ["m0.cross_entropy.backward", "m0.cross_entropy.gradient"]
# names = "sign|minus|opposite|subtract"
# methods = true
import numpy as np


class CrossEntropyLoss:
    def backward(self):
        log_p, targets = self.cache
        onehot = np.eye(log_p.shape[1], dtype=log_p.dtype)[targets]
        return (onehot - np.exp(log_p)) / len(targets)
