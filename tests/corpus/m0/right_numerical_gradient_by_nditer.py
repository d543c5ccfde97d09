# exercise = "m0_mlp/gradcheck.py"
# right = true
# note = "nditer with multi_index, the pair of evaluations in a comprehension"
import numpy as np


def numerical_gradient(f, x, eps=1e-6):
    if not np.issubdtype(x.dtype, np.floating):
        raise ValueError(f"x is {x.dtype}")
    out = np.zeros(x.shape, x.dtype)
    with np.nditer(x, flags=["multi_index", "zerosize_ok"]) as walk:
        for _ in walk:
            at = walk.multi_index
            kept = x[at].copy()
            values = []
            try:
                for step in (eps, -eps):
                    x[at] = kept + step
                    values.append(float(f(x)))
            finally:
                x[at] = kept
            out[at] = (values[0] - values[1]) / (2 * eps)
    return out
