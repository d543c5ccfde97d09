# exercise = "m5_autograd/nn.py"
# mistake = "log_p[:, targets] picks (N, N) numbers instead of one from each row"
# caught_by = ["m5.loss.cross_entropy"]
# names = "one (of them )?from each|each row|arange|\\(N, N\\)|row|:, targets"
import numpy as np


def cross_entropy(logits, targets):
    targets = np.asarray(targets)
    _check_targets(logits, targets)
    return logits.log_softmax(axis=-1)[:, targets].mean() * -1
