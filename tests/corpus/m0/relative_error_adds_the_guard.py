# exercise = "m0_mlp/gradcheck.py"
# mistake = "1e-8 is added to the denominator instead of being its floor"
# caught_by = ["m0.gradcheck.relative_error"]
# names = "add|1e-8|floor|at least|clamp|maximum"
import numpy as np


def relative_error(a, b):
    return float(np.max(np.abs(a - b) / (np.abs(a) + np.abs(b) + 1e-8)))
