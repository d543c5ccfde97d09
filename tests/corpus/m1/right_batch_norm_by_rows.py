# exercise = "m1_cnn/batchnorm.py"
# right = true
# note = "channel-first rows, in-place running statistics, inv_std written with **-0.5"
import numpy as np


class BatchNorm2d:
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.eps, self.momentum, self.training = eps, momentum, True
        self.gamma, self.beta = np.ones(num_features), np.zeros(num_features)
        self.running_mean, self.running_var = np.zeros(num_features), np.ones(num_features)

    def forward(self, x):
        C = self.gamma.size
        if x.ndim != 4 or x.shape[1] != C:
            raise ValueError(f"expected {C} channels in axis 1 of 4, got {x.shape}")
        self.order = (1, 0, 2, 3)
        rows = x.transpose(self.order).reshape(C, -1)
        if self.training:
            if rows.shape[1] < 2:
                raise ValueError(f"expected at least 2 numbers a channel, got {x.shape}")
            mu, var = rows.mean(1), rows.var(1)
            self.running_mean += self.momentum * (mu - self.running_mean)
            self.running_var += self.momentum * (rows.var(1, ddof=1) - self.running_var)
        else:
            mu, var = self.running_mean.copy(), self.running_var.copy()
        self.inv = ((var + self.eps) ** -0.5).astype(x.dtype)[:, None]
        self.hat = (rows - mu.astype(x.dtype)[:, None]) * self.inv
        self.stat = self.training
        self.g = self.gamma.astype(x.dtype)[:, None]
        y = self.g * self.hat + self.beta.astype(x.dtype)[:, None]
        self.shape = tuple(x.shape[i] for i in self.order)
        return y.reshape(self.shape).transpose(self.order)

    def backward(self, dL_dy):
        d = dL_dy.transpose(self.order).reshape(len(self.g), -1).astype(self.hat.dtype)
        self.dL_dbeta, self.dL_dgamma = d.sum(1), np.einsum("cm,cm->c", d, self.hat)
        if self.stat:
            m = d.shape[1]
            dx = self.g * self.inv / m * (m * d - self.dL_dbeta[:, None] - self.hat * self.dL_dgamma[:, None])
        else:
            dx = self.g * self.inv * d
        return dx.reshape(self.shape).transpose(self.order)
