# exercise = "m6_language/rotary.py"
# right = true
# note = "a matrix of 2 by 2 for each position and pair"
import numpy as np


def _matrices(angles):
    c, s = np.cos(angles), np.sin(angles)
    return np.array([[c, -s], [s, c]])


def rotate(x, angles):
    _check(x, angles)
    pairs = x.reshape(*x.shape[:-1], -1, 2)
    return np.einsum("abtp,...tpb->...tpa", _matrices(angles), pairs).reshape(x.shape).astype(x.dtype)


def rotate_backward(dL_dy, angles):
    pairs = dL_dy.reshape(*dL_dy.shape[:-1], -1, 2)
    return np.einsum("abtp,...tpa->...tpb", _matrices(angles), pairs).reshape(dL_dy.shape).astype(dL_dy.dtype)
