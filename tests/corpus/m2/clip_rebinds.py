# exercise = "m2_rnn/rnn.py"
# mistake = "g = g * factor makes new arrays; the caller's are unchanged"
# caught_by = ["m2.clip.grads"]
# names = "in place|unchanged|new array|\\*="
import math

import numpy as np


def clip_by_norm(grads, max_norm):
    norm = math.sqrt(sum(float(np.vdot(g, g)) for g in grads))
    factor = max_norm / (norm + 1e-12)
    if factor < 1:
        for g in grads:
            g = g * factor
    return norm
