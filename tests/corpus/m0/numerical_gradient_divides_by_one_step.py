# exercise = "m0_mlp/gradcheck.py"
# mistake = "divides by eps although the two points are 2 eps apart: twice the gradient"
# caught_by = ["m0.gradcheck.numerical_gradient"]
# names = "2 ?(\\*|·|×)? ?eps|twice|factor (of )?2|double|half"
import numpy as np


def numerical_gradient(f, x, eps=1e-6):
    g = np.empty_like(x)
    for i in np.ndindex(*x.shape):
        keep = x[i]
        x[i] = keep + eps
        hi = f(x)
        x[i] = keep - eps
        lo = f(x)
        x[i] = keep
        g[i] = (hi - lo) / eps
    return g
