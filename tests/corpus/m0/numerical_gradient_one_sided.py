# exercise = "m0_mlp/gradcheck.py"
# mistake = "(f(x + eps) - f(x)) / eps, a forward difference"
# caught_by = ["m0.gradcheck.numerical_gradient"]
# names = "one.sided|forward difference|both sides|central|only one side"
import numpy as np


def numerical_gradient(f, x, eps=1e-6):
    grad = np.zeros_like(x)
    base = f(x)
    it = np.nditer(x, flags=["multi_index"])
    while not it.finished:
        ix = it.multi_index
        old = x[ix]
        x[ix] = old + eps
        grad[ix] = (f(x) - base) / eps
        x[ix] = old
        it.iternext()
    return grad
