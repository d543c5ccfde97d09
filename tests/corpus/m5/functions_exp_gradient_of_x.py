# exercise = "m5_autograd/functions.py"
# mistake = "the gradient of exp is x eˣ⁻¹, by the power rule"
# caught_by = ["m5.tensor.exp"]
# names = "own derivative|power rule|e\\^x|itself|exp\\(x\\)"
import numpy as np


def exp(x):
    return np.exp(x), lambda g: (g * x * np.exp(x - 1),)
