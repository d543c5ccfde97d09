# exercise = "m0_mlp/gradcheck.py"
# mistake = "x.reshape(-1) copies an array that is not contiguous: f never sees the step"
# caught_by = ["m0.gradcheck.numerical_gradient", "m0.gradcheck.in_place"]
# names = "contiguous|copy|copies|flat|ravel|reshape|transposed"
import numpy as np


def numerical_gradient(f, x, eps=1e-6):
    flat = x.reshape(-1)
    grad = np.zeros(flat.size, dtype=x.dtype)
    for k in range(flat.size):
        original = flat[k]
        flat[k] = original + eps
        up = f(x)
        flat[k] = original - eps
        down = f(x)
        flat[k] = original
        grad[k] = (up - down) / (2 * eps)
    return grad.reshape(x.shape)
