# exercise = "m2_rnn/rnn.py"
# mistake = "always scales to max_norm, short gradients are lengthened"
# caught_by = ["m2.clip.grads"]
# names = "short|small|only (if|when|where)|min\\(1|longer|below|stretch|lengthen"
import numpy as np


def clip_by_norm(grads, max_norm):
    norm = float(np.sqrt(sum((g**2).sum() for g in grads)))
    if norm == 0:
        return norm
    for i in range(len(grads)):
        grads[i][...] = grads[i] / norm * max_norm
    return norm
