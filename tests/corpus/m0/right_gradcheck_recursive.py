# exercise = "m0_mlp/gradcheck.py"
# right = true
# note = "numerical_gradient recurses over the axes; relative_error loops"
import numpy as np


def numerical_gradient(f, x, eps=1e-6):
    out = np.empty(x.shape, x.dtype)

    def visit(index):
        if len(index) < x.ndim:
            for i in range(x.shape[len(index)]):
                visit((*index, i))
            return
        kept = x[index].copy()
        values = []
        for sign in (1, -1):
            x[index] = kept + sign * eps
            values.append(f(x))
            x[index] = kept
        out[index] = (values[0] - values[1]) / (2 * eps)

    visit(())
    return out


def relative_error(a, b):
    worst = 0.0
    for u, v in zip(np.ravel(a).tolist(), np.ravel(b).tolist()):
        worst = max(worst, abs(u - v) / max(1e-8, abs(u) + abs(v)))
    return worst
