# exercise = "m0_mlp/gradcheck.py"
# mistake = "the result lies in a float32 array"
# caught_by = ["m0.gradcheck.*"]
# names = "float32"
import numpy as np


def numerical_gradient(f, x, eps=1e-6):
    grad = np.zeros(x.shape, dtype=np.float32)
    it = np.nditer(x, flags=["multi_index"])
    while not it.finished:
        ix = it.multi_index
        old = x[ix]
        x[ix] = old + eps
        pos = f(x)
        x[ix] = old - eps
        neg = f(x)
        x[ix] = old
        grad[ix] = (pos - neg) / (2 * eps)
        it.iternext()
    return grad
