# exercise = "m3_attention/attention.py"
# mistake = "the axis argument is ignored"
# caught_by = ["m3.softmax.forward"]
# names = "axis"
import numpy as np


def softmax(x, axis=-1):
    shifted = x - np.amax(x, axis=-1, keepdims=True)
    e = np.exp(shifted)
    return e / e.sum(-1, keepdims=True)
