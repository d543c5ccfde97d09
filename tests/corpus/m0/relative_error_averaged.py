# exercise = "m0_mlp/gradcheck.py"
# mistake = "the mean of the relative errors instead of the maximum"
# caught_by = ["m0.gradcheck.relative_error"]
# names = "mean|averag|maximum|largest"
import numpy as np


def relative_error(a, b):
    a, b = np.asarray(a), np.asarray(b)
    denominator = np.clip(np.abs(a) + np.abs(b), 1e-8, None)
    return float((np.abs(a - b) / denominator).mean())
