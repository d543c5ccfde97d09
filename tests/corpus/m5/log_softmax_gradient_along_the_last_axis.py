# exercise = "m5_autograd/functions.py"
# mistake = "backward sums along the last axis, whatever the axis was"
# caught_by = ["m5.tensor.log_softmax"]
# names = "axis"
import numpy as np


def log_softmax(x, axis=-1):
    z = x - x.max(axis, keepdims=True)
    y = z - np.log(np.exp(z).sum(axis, keepdims=True))
    return y, lambda g: (g - np.exp(y) * g.sum(-1, keepdims=True),)
