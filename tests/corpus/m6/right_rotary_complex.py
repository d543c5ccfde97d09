# exercise = "m6_language/rotary.py"
# right = true
# note = "pairs as complex numbers"
import numpy as np


def rotate(x, angles):
    _check(x, angles)
    z = (x[..., ::2] + 1j * x[..., 1::2]) * np.exp(1j * angles)
    return np.stack((z.real, z.imag), axis=-1).reshape(x.shape).astype(x.dtype)


def rotate_backward(dL_dy, angles):
    z = (dL_dy[..., ::2] + 1j * dL_dy[..., 1::2]) * np.exp(-1j * angles)
    return np.stack((z.real, z.imag), axis=-1).reshape(dL_dy.shape).astype(dL_dy.dtype)
