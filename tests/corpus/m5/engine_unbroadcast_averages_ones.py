# exercise = "m5_autograd/tensor.py"
# mistake = "only the new leading axes are summed; axes of size 1 are averaged"
# caught_by = ["m5.engine.broadcast"]
# names = "averag|sum"
import numpy as np


def unbroadcast(gradient, shape):
    while gradient.ndim > len(shape):
        gradient = gradient.sum(axis=0)
    for axis, size in enumerate(shape):
        if size == 1 and gradient.shape[axis] != 1:
            gradient = gradient.mean(axis=axis, keepdims=True)
    return gradient
