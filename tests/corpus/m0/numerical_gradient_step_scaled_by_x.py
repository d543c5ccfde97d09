# exercise = "m0_mlp/gradcheck.py"
# mistake = "the step is eps * |x|, so that there is none where x is zero"
# caught_by = ["m0.gradcheck.*"]
# names = "multiple of x|where x is 0"
import numpy as np


def numerical_gradient(f, x, eps=1e-6):
    grad = np.zeros_like(x)
    for ix in np.ndindex(*x.shape):
        old = x[ix]
        h = eps * abs(old)
        x[ix] = old + h
        up = f(x)
        x[ix] = old - h
        down = f(x)
        x[ix] = old
        grad[ix] = (up - down) / (2 * h) if h else 0.0
    return grad
