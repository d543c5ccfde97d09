# exercise = "m5_autograd/functions.py"
# mistake = "the local derivative is returned without the upstream gradient"
# caught_by = ["m5.tensor.sigmoid"]
# names = "upstream|dL_dy|chain rule|multipl"
import numpy as np


def sigmoid(x):
    z = np.exp(-np.abs(x))
    y = (np.where(x >= 0, 1, z) / (1 + z)).astype(x.dtype)
    return y, lambda g: (y * (1 - y),)
