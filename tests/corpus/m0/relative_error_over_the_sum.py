# exercise = "m0_mlp/gradcheck.py"
# mistake = "the denominator is |a + b|, which is 0 for opposite signs"
# caught_by = ["m0.gradcheck.relative_error"]
# names = "a \\+ b"
import numpy as np


def relative_error(a, b):
    return float(np.max(np.abs(a - b) / np.maximum(1e-8, np.abs(a + b))))
