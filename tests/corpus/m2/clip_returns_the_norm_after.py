# exercise = "m2_rnn/rnn.py"
# mistake = "returns the norm after clipping"
# caught_by = ["m2.clip.norm"]
# names = "before|after"
import numpy as np


def total_norm(grads):
    return float(np.linalg.norm([np.linalg.norm(g) for g in grads]))


def clip_by_norm(grads, max_norm):
    if total_norm(grads) > max_norm:
        scale = max_norm / total_norm(grads)
        for g in grads:
            g *= scale
    return total_norm(grads)
