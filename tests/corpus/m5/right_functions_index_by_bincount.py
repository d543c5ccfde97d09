# exercise = "m5_autograd/functions.py"
# right = true
# note = "the gradient of indexing through a table of flat positions and bincount"
import numpy as np


def pick(x, index):
    where = np.arange(x.size).reshape(x.shape)[index]

    def back(g):
        flat = np.bincount(np.ravel(where), weights=np.ravel(g), minlength=x.size)
        return (flat.reshape(x.shape).astype(g.dtype),)

    return x[index], back


def transpose(x, axes):
    inverse = [0] * len(axes)
    for i, a in enumerate(axes):
        inverse[a] = i
    return np.transpose(x, axes), lambda g: [np.transpose(g, inverse)]
