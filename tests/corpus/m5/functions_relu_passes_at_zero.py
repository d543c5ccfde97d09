# exercise = "m5_autograd/functions.py"
# mistake = "the gradient at 0 is 1"
# caught_by = ["m5.tensor.relu"]
# names = "\\b0\\b|zero"
import numpy as np


def relu(x):
    on = (x >= 0).astype(x.dtype)
    return x * on, lambda g: (g * on,)
