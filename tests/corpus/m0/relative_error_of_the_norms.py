# exercise = "m0_mlp/gradcheck.py"
# mistake = "norm of the difference over the sum of norms, not the largest elementwise error"
# caught_by = ["m0.gradcheck.relative_error"]
# names = "element|norm|each"
import numpy as np


def relative_error(a, b):
    num = np.linalg.norm(np.ravel(a - b))
    den = np.linalg.norm(np.ravel(a)) + np.linalg.norm(np.ravel(b))
    return float(num / max(den, 1e-8))
