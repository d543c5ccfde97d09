# exercise = "m5_autograd/nn.py"
# mistake = "the sum over the batch, not the mean"
# caught_by = ["m5.loss.cross_entropy"]
# names = "mean|averag|sum|batch|\\bN\\b|divid"
import numpy as np


def cross_entropy(logits, targets):
    targets = np.asarray(targets)
    n = _check_targets(logits, targets)
    hot = np.zeros(logits.shape, logits.data.dtype)
    hot[np.arange(n), targets] = 1
    return -(logits.log_softmax(axis=1) * Tensor(hot)).sum()
