# exercise = "m3_attention/attention.py"
# mistake = "x -= max works in the caller's array"
# caught_by = ["m3.attention.behaviour", "m3.softmax.forward"]
# names = "in place|modif|caller|copy"
import numpy as np


def softmax(x, axis=-1):
    x -= x.max(axis=axis, keepdims=True)
    np.exp(x, out=x)
    x /= x.sum(axis=axis, keepdims=True)
    return x
