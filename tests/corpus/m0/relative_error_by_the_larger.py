# exercise = "m0_mlp/gradcheck.py"
# mistake = "max(|a|, |b|) in the denominator instead of the sum, as in other courses"
# caught_by = ["m0.gradcheck.relative_error"]
# names = "sum|\\+|larger|max"
import numpy as np


def relative_error(a, b):
    return float(np.max(np.abs(a - b) / np.maximum(1e-8, np.maximum(np.abs(a), np.abs(b)))))
