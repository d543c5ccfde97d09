# exercise = "m2_rnn/rnn.py"
# mistake = "each array is clipped by its own norm"
# caught_by = ["m2.clip.grads", "m2.clip.norm"]
# names = "each|together|own norm|one factor|separately|all arrays"
import numpy as np


def clip_by_norm(grads, max_norm):
    biggest = 0.0
    for g in grads:
        n = float(np.linalg.norm(g))
        biggest = max(biggest, n)
        if n > max_norm:
            g *= max_norm / n
    return biggest
