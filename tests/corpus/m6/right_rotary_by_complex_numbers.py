# exercise = "m6_language/rotary.py"
# right = true
# note = "Neighbours are one complex number, turned by a product; an odd dim is not checked"
import numpy as np


def rotary_angles(length, dim, base=10000.0):
    return np.array([[t * base ** (-2 * i / dim) for i in range(dim // 2)] for t in range(length)]).reshape(length, -1)


def rotate(x, angles, way=1):
    _check(x, angles)
    z = (x[..., 0::2].astype(np.float64) + 1j * x[..., 1::2]) * np.exp(way * 1j * angles)
    return np.stack([z.real, z.imag], axis=-1).reshape(x.shape).astype(x.dtype)


def rotate_backward(dL_dy, angles):
    return rotate(dL_dy, angles, way=-1)
