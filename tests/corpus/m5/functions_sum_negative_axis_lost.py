# exercise = "m5_autograd/functions.py"
# mistake = "sum's backward does not restore the summed axis: the gradient is broadcast along the wrong one"
# caught_by = ["m5.tensor.sum"]
# names = "axis|expand|keepdims|shape|broadcast"
import numpy as np


def sum_along(x, axis=None, keepdims=False):
    return x.sum(axis=axis, keepdims=keepdims), lambda g: (np.ones_like(x) * g,)
