# exercise = "m6_language/rotary.py"
# mistake = "arange(0, dim, 2) is doubled again: base to −4i / dim"
# caught_by = ["m6.rotary.angles"]
# names = "exponent|4 ?i|twice|speeds"
import numpy as np


def rotary_angles(length, dim, base=10000.0):
    if dim < 2 or dim % 2:
        raise ValueError(f"expected an even dim, got {dim}")
    inv = 1.0 / base ** (2 * np.arange(0, dim, 2) / dim)
    return np.outer(np.arange(length), inv)
