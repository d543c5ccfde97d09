# exercise = "m2_rnn/rnn.py"
# mistake = "the sum of squares is used as the norm, without the root"
# caught_by = ["m2.clip.norm", "m2.clip.grads"]
# names = "root|sqrt|square"
import numpy as np


def clip_by_norm(grads, max_norm):
    total = 0.0
    for g in grads:
        total += float(np.sum(g**2))
    if total > max_norm:
        for g in grads:
            g *= max_norm / total
    return total
