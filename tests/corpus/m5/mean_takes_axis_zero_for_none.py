# exercise = "m5_autograd/functions.py"
# mistake = "`if axis` is false for axis 0: the gradient is divided by all elements"
# caught_by = ["m5.tensor.mean"]
# names = "axis|size"
import numpy as np


def mean_along(x, axis=None, keepdims=False):
    y = x.mean(axis=axis, keepdims=keepdims)
    n = np.prod([x.shape[a] for a in np.atleast_1d(axis)]) if axis else x.size

    def gradients(g):
        return ((spread(g, x.shape, axis, keepdims) / n).astype(x.dtype),)

    return y, gradients
