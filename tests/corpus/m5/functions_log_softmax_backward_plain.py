# exercise = "m5_autograd/functions.py"
# mistake = "g - softmax(x), as if the upstream gradients of a row added up to 1"
# caught_by = ["m5.tensor.log_softmax"]
# names = "upstream|row|sum|add up"
import numpy as np


def log_softmax(x, axis=-1):
    z = x - x.max(axis=axis, keepdims=True)
    y = z - np.log(np.exp(z).sum(axis=axis, keepdims=True))
    return y, lambda g: (g - np.exp(y),)
