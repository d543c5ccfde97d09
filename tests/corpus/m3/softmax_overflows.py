# exercise = "m3_attention/attention.py"
# mistake = "exp without subtracting the maximum"
# caught_by = ["m3.softmax.forward", "m3.attention.forward"]
# names = "overflow|maximum|largest|subtract|inf|nan"
import numpy as np


def softmax(x, axis=-1):
    e = np.exp(x)
    return e / np.sum(e, axis=axis, keepdims=True)
