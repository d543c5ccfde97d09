# exercise = "m6_language/rotary.py"
# mistake = "the pairs are written into the caller's array, and the second reads the first's new value"
# caught_by = ["m6.rotary.forward", "m6.rotary.behaviour"]
# names = "new value|input|changed|in place|copy"
import numpy as np


def rotate(x, angles):
    _check(x, angles)
    cos, sin = np.cos(angles).astype(x.dtype), np.sin(angles).astype(x.dtype)
    even, odd = x[..., ::2], x[..., 1::2]
    x[..., ::2] = even * cos - odd * sin
    x[..., 1::2] = even * sin + odd * cos
    return x
