# exercise = "m5_autograd/arithmetic.py"
# mistake = "d(ab)/da = a and d(ab)/db = b"
# caught_by = ["m5.tensor.mul"]
# names = "other|swap|exchange|own"
import numpy as np


def multiply(a, b):
    out = np.multiply(a, b)

    def back(g):
        return g * a, g * b

    return out, back
