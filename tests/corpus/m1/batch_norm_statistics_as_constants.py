# exercise = "m1_cnn/batchnorm.py"
# mistake = "backward in training treats mean and variance as constants: gamma / std · g"
# caught_by = ["m1.batch_norm.backward", "m1.batch_norm.gradient"]
# names = "constant|mean and (the )?variance|statistics|through"
import numpy as np


class BatchNorm2d:
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        C = self.C = num_features
        self.eps = eps
        self.momentum = momentum
        self.training = True
        self.gamma = np.ones(C)
        self.beta = np.zeros(C)
        self.running_mean = np.zeros(C)
        self.running_var = np.ones(C)

    def forward(self, x):
        if x.ndim != 4 or x.shape[1] != self.C or (self.training and x.size == self.C):
            raise ValueError(f"expected (N, {self.C}, H, W) with more than a pixel a channel, got {x.shape}")
        rows = x.transpose(0, 2, 3, 1).reshape(-1, self.C)
        if self.training:
            mean, var = rows.mean(0), rows.var(0)
            self.running_mean = (1 - self.momentum) * self.running_mean + self.momentum * mean
            self.running_var = (1 - self.momentum) * self.running_var + self.momentum * rows.var(0, ddof=1)
        else:
            mean, var = self.running_mean, self.running_var
        self.std = np.sqrt(var + self.eps).astype(x.dtype)
        self.z = (rows - mean.astype(x.dtype)) / self.std
        out = self.z * self.gamma.astype(x.dtype) + self.beta.astype(x.dtype)
        return out.reshape(x.shape[0], x.shape[2], x.shape[3], self.C).transpose(0, 3, 1, 2)

    def backward(self, g):
        n, c, h, w = g.shape
        rows = g.transpose(0, 2, 3, 1).reshape(-1, c)
        self.dL_dbeta = rows.sum(0)
        self.dL_dgamma = (rows * self.z).sum(0)
        dx = rows * (self.gamma.astype(self.std.dtype) / self.std)
        return dx.reshape(n, h, w, c).transpose(0, 3, 1, 2).astype(self.z.dtype)
