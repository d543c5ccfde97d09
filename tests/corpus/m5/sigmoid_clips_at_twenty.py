# exercise = "m5_autograd/functions.py"
# mistake = "np.clip(x, -20, 20) in sigmoid"
# caught_by = ["m5.tensor.sigmoid"]
# names = "clip|large|exact|satur"
import numpy as np


def sigmoid(x):
    y = 1 / (1 + np.exp(-np.clip(x, -20, 20)))
    return y, lambda g: (g * y * (1 - y),)
