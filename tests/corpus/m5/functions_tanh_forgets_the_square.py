# exercise = "m5_autograd/functions.py"
# mistake = "1 - y"
# caught_by = ["m5.tensor.tanh"]
# names = "square|y²|y\\*\\*2|1 - y|1 − y"
import numpy as np


def tanh(x):
    t = np.tanh(x)

    def back(g):
        return (g * (1 - t),)

    return t, back
