# exercise = "m5_autograd/functions.py"
# mistake = "log(softmax(x)) is log 0 for scores a thousand below the maximum"
# caught_by = ["m5.tensor.log_softmax", "m5.loss.cross_entropy"]
# names = "log 0|underflow|log\\(softmax|log of|logarithm"
import numpy as np


def log_softmax(x, axis=-1):
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    p = e / e.sum(axis=axis, keepdims=True)
    return np.log(p), lambda g: (g - p * g.sum(axis=axis, keepdims=True),)
