# exercise = "m2_rnn/rnn.py"
# mistake = "clips the elements to ±max_norm, clipping by value"
# caught_by = ["m2.clip.grads"]
# names = "value|element|np\\.clip|direction"
import numpy as np


def clip_by_norm(grads, max_norm):
    total = np.sqrt(np.sum([np.sum(g * g) for g in grads]))
    for g in grads:
        np.clip(g, -max_norm, max_norm, out=g)
    return float(total)
