# exercise = "m6_language/rotary.py"
# mistake = "the exponents end at −1: 2i / (dim − 2), as in some position waves"
# caught_by = ["m6.rotary.angles"]
# names = "exponent|dim − 2|dim - 2|speeds|last pair"
import numpy as np


def rotary_angles(length, dim, base=10000.0):
    if dim < 2 or dim % 2:
        raise ValueError(f"expected an even dim, got {dim}")
    half = dim // 2
    inv = np.exp(-np.log(base) * np.arange(half) / max(half - 1, 1))
    return np.arange(length)[:, None] * inv
