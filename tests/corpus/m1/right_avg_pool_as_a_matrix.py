# exercise = "m1_cnn/pool.py"
# right = true
# note = "two banded matrices, one for rows and one for columns"
import numpy as np


class AvgPool2d:
    def __init__(self, kernel_size, stride=None):
        self.k, self.s = kernel_size, kernel_size if stride is None else stride

    def _band(self, n, dtype):
        rows = np.arange((n - self.k) // self.s + 1)[:, None] * self.s
        cols = np.arange(n)[None]
        return (((cols >= rows) & (cols < rows + self.k)) / self.k).astype(dtype)

    def forward(self, x):
        if x.ndim != 4 or min(x.shape[2:]) < self.k:
            raise ValueError(f"want four axes and images of at least {self.k} x {self.k}, got {x.shape}")
        self.A, self.B = self._band(x.shape[2], x.dtype), self._band(x.shape[3], x.dtype)
        return np.einsum("ih,nchw,jw->ncij", self.A, x, self.B, optimize=True)

    def backward(self, g):
        return np.einsum("ih,ncij,jw->nchw", self.A, g.astype(self.A.dtype), self.B, optimize=True)
