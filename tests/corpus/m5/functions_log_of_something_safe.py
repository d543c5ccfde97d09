# exercise = "m5_autograd/functions.py"
# mistake = "the gradient of log is 1 / (x + 1e-3)"
# caught_by = ["m5.tensor.log"]
# names = "1e-3|added|constant|0\\.001|1 / x|1/x|eps"
import numpy as np


def log(x):
    return np.log(x), lambda g: (g / (x + 1e-3),)
