# exercise = "m5_autograd/functions.py"
# mistake = "the mean along an axis has its gradient divided by x.size"
# caught_by = ["m5.tensor.mean"]
# names = "size|axis|count|number of elements|elements that"
import numpy as np


def mean_along(x, axis=None, keepdims=False):
    def back(g):
        return (spread(g, x.shape, axis, keepdims) / np.float32(x.size),)

    return x.mean(axis=axis, keepdims=keepdims), back
