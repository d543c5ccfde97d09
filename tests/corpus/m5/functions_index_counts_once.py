# exercise = "m5_autograd/functions.py"
# mistake = "dx[index] += g adds a repeated index once"
# caught_by = ["m5.tensor.index"]
# names = "repeat|once|twice|add\\.at|several"
import numpy as np


def pick(x, index):
    def back(g):
        dx = np.zeros(x.shape, g.dtype)
        dx[index] += g
        return (dx,)

    return x[index], back
