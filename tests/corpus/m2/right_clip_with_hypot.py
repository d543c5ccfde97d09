# exercise = "m2_rnn/rnn.py"
# right = true
# note = "math.hypot over all numbers; scales always, by min(1, ...)"
import math


def clip_by_norm(grads, max_norm):
    norm = math.hypot(*(float(v) for g in grads for v in g.flat))
    factor = min(1.0, max_norm / norm) if norm > 0 else 1.0
    for g in grads:
        g *= factor
    return norm
