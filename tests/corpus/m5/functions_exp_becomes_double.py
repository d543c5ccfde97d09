# exercise = "m5_autograd/functions.py"
# mistake = "exp computes in float64: float32 data comes out as float64"
# caught_by = ["m5.tensor.behaviour", "m5.tensor.exp"]
# names = "float32|float64|dtype"
import numpy as np


def exp(x):
    y = np.e ** x.astype(float)
    return y, lambda g: (g * y,)
