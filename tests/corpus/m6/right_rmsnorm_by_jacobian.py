# exercise = "m6_language/rmsnorm.py"
# right = true
# note = "length by einsum, and a Jacobian for each token"
import numpy as np


class RMSNorm:
    def __init__(self, d_model, eps=1e-6):
        self.d_model, self.eps = d_model, eps
        self.gamma = np.ones(d_model)

    def forward(self, x):
        if x.ndim < 1 or x.shape[-1] != self.d_model or x.size == 0 or x.dtype.kind != "f":
            raise ValueError(f"expected (..., {self.d_model}) floating, got {x.shape} {x.dtype}")
        gamma = self.gamma.astype(x.dtype)
        ms = np.einsum("...e,...e->...", x, x) / x.shape[-1]
        r = ((ms + self.eps) ** 0.5)[..., None].astype(x.dtype)
        x_hat = np.divide(x, r)
        self.saved = x_hat, r, gamma
        return np.multiply(x_hat, gamma)

    def backward(self, dL_dy):
        x_hat, r, gamma = self.saved
        E = x_hat.shape[-1]
        self.dL_dgamma = np.einsum("ne,ne->e", dL_dy.reshape(-1, E), x_hat.reshape(-1, E))
        J = (np.eye(E, dtype=x_hat.dtype) - x_hat[..., :, None] * x_hat[..., None, :] / E) / r[..., None]
        return np.einsum("...ij,...j->...i", J, (dL_dy * gamma).astype(x_hat.dtype))
