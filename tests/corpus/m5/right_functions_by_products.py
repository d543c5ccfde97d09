# exercise = "m5_autograd/functions.py"
# right = true
# note = "Gradients by numbers of places; ties in max go to the first; sigmoid and log_softmax by logaddexp"
import numpy as np


def max_along(x, axis=None, keepdims=False):
    axes = tuple(range(x.ndim)) if axis is None else tuple(a % x.ndim for a in np.atleast_1d(axis).tolist())
    rest = [a for a in range(x.ndim) if a not in axes]
    flat = x.transpose(*rest, *axes).reshape(*(x.shape[a] for a in rest), -1)
    first = flat.argmax(-1)

    def gradients(g):
        out = np.zeros_like(flat)
        np.put_along_axis(out, first[..., None], np.reshape(g, first.shape)[..., None], -1)
        back = out.reshape(*(x.shape[a] for a in rest), *(x.shape[a] for a in axes))
        return (back.transpose(np.argsort([*rest, *axes])),)

    return x.max(axis=axis, keepdims=keepdims), gradients


def transpose(x, axes):
    return np.moveaxis(x, axes, range(x.ndim)), lambda g: (np.moveaxis(g, range(x.ndim), axes),)


def pick(x, index):
    places = np.arange(x.size).reshape(x.shape)[index]

    def gradients(g):
        return (np.bincount(np.ravel(places), np.ravel(g), x.size).reshape(x.shape).astype(x.dtype),)

    return x[index], gradients


def sigmoid(x):
    y = np.exp(-np.logaddexp(0, -x)).astype(x.dtype)
    other = np.exp(-np.logaddexp(0, x)).astype(x.dtype)
    return y, lambda g: (g * y * other,)


def relu(x):
    return (x + np.abs(x)) / 2, lambda g: (g * np.heaviside(x, 0).astype(x.dtype),)


def log_softmax(x, axis=-1):
    y = x - np.expand_dims(np.logaddexp.reduce(x, axis=axis), axis)

    def gradients(g):
        return (g - np.exp(y) * np.expand_dims(np.sum(g, axis), axis),)

    return y, gradients
