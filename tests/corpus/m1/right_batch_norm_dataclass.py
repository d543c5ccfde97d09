# exercise = "m1_cnn/batchnorm.py"
# right = true
# note = "A dataclass; channels last inside; running statistics moved in place; the textbook's long backward"
from dataclasses import dataclass, field

import numpy as np


@dataclass(eq=False)
class BatchNorm2d:
    num_features: int
    eps: float = 1e-5
    momentum: float = 0.1
    training: bool = field(default=True, init=False)

    def __post_init__(self):
        self.gamma, self.beta = np.ones(self.num_features), np.zeros(self.num_features)
        self.running_mean, self.running_var = np.zeros(self.num_features), np.ones(self.num_features)

    def forward(self, x):
        if x.ndim != 4 or x.shape[1] != self.num_features or (self.training and x.size == self.num_features):
            raise ValueError(f"expected (N, {self.num_features}, H, W), got {x.shape}")
        flat = np.moveaxis(x, 1, -1).reshape(-1, self.num_features).astype(np.float64)
        if self.training:
            mu, var = flat.mean(0), flat.var(0)
            self.running_mean += self.momentum * (mu - self.running_mean)
            self.running_var += self.momentum * (flat.var(0, ddof=1) - self.running_var)
        else:
            mu, var = self.running_mean.copy(), self.running_var.copy()
        self._c = flat - mu, (var + self.eps) ** -0.5, x.shape, x.dtype, self.training
        return self._back((flat - mu) * self._c[1] * self.gamma + self.beta)

    def _back(self, flat):
        _, _, (N, C, H, W), dtype, _ = self._c
        return np.moveaxis(flat.reshape(N, H, W, C), -1, 1).astype(dtype)

    def backward(self, dL_dy):
        xmu, ivar, _, _, training = self._c
        g = np.moveaxis(dL_dy, 1, -1).reshape(-1, self.num_features).astype(np.float64)
        m = len(g)
        self.dL_dbeta, self.dL_dgamma = g.sum(0), (g * xmu).sum(0) * ivar
        dxhat = g * self.gamma
        if not training:
            return self._back(dxhat * ivar)
        dvar = (dxhat * xmu).sum(0) * -0.5 * ivar**3
        dmu = -(dxhat * ivar).sum(0) - 2 * dvar * xmu.mean(0)
        return self._back(dxhat * ivar + dvar * 2 * xmu / m + dmu / m)
