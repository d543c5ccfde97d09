# exercise = "m0_mlp/gradcheck.py"
# mistake = "x is restored by adding eps again, which leaves a rounding error"
# caught_by = ["m0.gradcheck.in_place"]
# names = "restor|rounding|bit|exact"
import numpy as np


def numerical_gradient(f, x, eps=1e-6):
    g = np.zeros(x.shape, x.dtype)
    for i in np.ndindex(x.shape):
        x[i] += eps
        plus = f(x)
        x[i] -= 2 * eps
        minus = f(x)
        x[i] += eps
        g[i] = (plus - minus) / (2 * eps)
    return g
