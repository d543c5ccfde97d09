# exercise = "m6_language/rotary.py"
# mistake = "rotate_half: features i and i + dim / 2 are a pair"
# caught_by = ["m6.rotary.forward"]
# names = "dim / 2|half|neighbour"
import numpy as np


def rotate_half(x):
    a, b = np.split(x, 2, axis=-1)
    return np.concatenate((-b, a), axis=-1)


def rotate(x, angles):
    _check(x, angles)
    angles = np.concatenate((angles, angles), axis=-1)
    return (x * np.cos(angles) + rotate_half(x) * np.sin(angles)).astype(x.dtype)
