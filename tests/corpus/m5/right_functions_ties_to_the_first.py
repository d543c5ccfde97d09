# exercise = "m5_autograd/functions.py"
# right = true
# note = "max sends the whole gradient to the first of equals; mean through sum; tanh and sigmoid from one helper"
import numpy as np


def max_along(x, axis=None, keepdims=False):
    y = x.max(axis=axis, keepdims=keepdims)
    axes = tuple(range(x.ndim)) if axis is None else tuple(a % x.ndim for a in np.atleast_1d(axis))
    rest = tuple(a for a in range(x.ndim) if a not in axes)
    flat = x.transpose(rest + axes).reshape(*(x.shape[a] for a in rest), -1)
    one = np.zeros(flat.shape, x.dtype)
    np.put_along_axis(one, flat.argmax(-1)[..., None], 1, -1)
    one = one.reshape([x.shape[a] for a in rest + axes]).transpose(np.argsort(rest + axes))
    return y, lambda g: (spread(g, x.shape, axis, keepdims) * one,)


def mean_along(x, axis=None, keepdims=False):
    y, back = sum_along(x, axis, keepdims)
    n = x.size / y.size
    return (y / n).astype(x.dtype), lambda g: tuple((b / n).astype(x.dtype) for b in back(g))


def tanh(x):
    y = np.tanh(x)
    return y, lambda g: (g * (1 - y) * (1 + y),)


def sigmoid(x):
    y = 0.5 * (np.tanh(0.5 * x) + 1)
    return y, lambda g: (g * (y - y * y),)


def relu(x):
    return np.where(x > 0, x, 0).astype(x.dtype), lambda g: (np.where(x > 0, g, 0).astype(x.dtype),)


def log_softmax(x, axis=-1):
    y = x - np.logaddexp.reduce(x, axis=axis, keepdims=True)
    p = np.exp(y)
    return y, lambda g: (g - p * g.sum(axis=axis, keepdims=True),)
