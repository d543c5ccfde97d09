# exercise = "m1_cnn/batchnorm.py"
# mistake = "the running variance takes the biased batch variance, torch the unbiased one"
# caught_by = ["m1.batch_norm.running", "m1.batch_norm.eval"]
# names = "unbiased|m - 1|m − 1|N ?H ?W|ddof|n - 1|one less|biased"
import numpy as np


class BatchNorm2d:
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.C, self.eps, self.momentum, self.training = num_features, eps, momentum, True
        self.gamma, self.beta = np.ones(num_features), np.zeros(num_features)
        self.running_mean, self.running_var = np.zeros(num_features), np.ones(num_features)

    def forward(self, x):
        if x.ndim != 4 or x.shape[1] != self.C:
            raise ValueError(f"expected (N, {self.C}, H, W): {x.shape}")
        if self.training and x.shape[0] * x.shape[2] * x.shape[3] < 2:
            raise ValueError(f"one number a channel is not enough: {x.shape}")
        shape = (1, self.C, 1, 1)
        if self.training:
            mu, var = x.mean((0, 2, 3)), x.var((0, 2, 3))
            self.running_mean = self.running_mean + self.momentum * (mu - self.running_mean)
            self.running_var = self.running_var + self.momentum * (var - self.running_var)
        else:
            mu, var = self.running_mean, self.running_var
        self.inv = (1 / np.sqrt(var + self.eps)).reshape(shape).astype(x.dtype)
        self.xhat = (x - mu.reshape(shape).astype(x.dtype)) * self.inv
        self.mode = self.training
        return self.gamma.reshape(shape).astype(x.dtype) * self.xhat + self.beta.reshape(shape).astype(x.dtype)

    def backward(self, dy):
        self.dL_dgamma = (dy * self.xhat).sum((0, 2, 3))
        self.dL_dbeta = dy.sum((0, 2, 3))
        dxhat = dy * self.gamma.reshape(1, -1, 1, 1).astype(dy.dtype)
        if self.mode:
            ax = dict(axis=(0, 2, 3), keepdims=True)
            dxhat = dxhat - dxhat.mean(**ax) - self.xhat * (dxhat * self.xhat).mean(**ax)
        return (dxhat * self.inv).astype(self.xhat.dtype)
