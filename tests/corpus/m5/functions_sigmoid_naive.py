# exercise = "m5_autograd/functions.py"
# mistake = "e^x / (e^x + 1) is nan at 1000"
# caught_by = ["m5.tensor.sigmoid"]
# names = "overflow|nan|large|inf"
import numpy as np


def sigmoid(x):
    e = np.exp(x)
    s = e / (e + 1)
    return s, lambda g: (g * s * (1 - s),)
