# exercise = "m6_language/rotary.py"
# mistake = "angles are computed and returned in float32"
# caught_by = ["m6.rotary.angles"]
# names = "float32|float64|digits|precision"
import numpy as np


def rotary_angles(length, dim, base=10000.0):
    if dim < 2 or dim % 2:
        raise ValueError(f"expected an even dim, got {dim}")
    inv = 1.0 / base ** (np.arange(0, dim, 2, dtype=np.float32) / np.float32(dim))
    return np.outer(np.arange(length, dtype=np.float32), inv.astype(np.float32))
