# exercise = "m5_autograd/functions.py"
# mistake = "max along an axis sends all gradients to the one largest element of the whole array"
# caught_by = ["m5.tensor.max"]
# names = "axis|each|whole|every (row|result)"
import numpy as np


def max_along(x, axis=None, keepdims=False):
    y = x.max(axis=axis, keepdims=keepdims)

    def back(g):
        dx = np.zeros_like(x)
        dx[np.unravel_index(x.argmax(), x.shape)] = g.sum()
        return (dx,)

    return y, back
