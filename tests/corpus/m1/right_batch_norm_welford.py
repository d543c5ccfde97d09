# exercise = "m1_cnn/batchnorm.py"
# right = true
# note = "statistics by Welford's update, image by image, in float64"
import numpy as np


class BatchNorm2d:
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.C, self.eps, self.momentum, self.training = num_features, eps, momentum, True
        self.gamma, self.beta = np.ones(num_features), np.zeros(num_features)
        self.running_mean, self.running_var = np.zeros(num_features), np.ones(num_features)

    def forward(self, x):
        if x.ndim != 4 or x.shape[1] != self.C:
            raise ValueError(f"expected (N, {self.C}, H, W), got {x.shape}")
        if self.training:
            count, mean, m2 = 0, np.zeros(self.C), np.zeros(self.C)
            for image in x.astype(np.float64).reshape(len(x), self.C, -1):
                for column in image.T:
                    count += 1
                    delta = column - mean
                    mean = mean + delta / count
                    m2 = m2 + delta * (column - mean)
            if count < 2:
                raise ValueError(f"expected at least two numbers a channel, got {x.shape}")
            var = m2 / count
            self.running_mean = self.running_mean + self.momentum * (mean - self.running_mean)
            self.running_var = self.running_var + self.momentum * (m2 / (count - 1) - self.running_var)
        else:
            mean, var = self.running_mean, self.running_var
        col = lambda v: np.asarray(v, np.float64).reshape(1, -1, 1, 1)
        self.inv = 1 / np.sqrt(col(var) + self.eps)
        self.hat = (x - col(mean)) * self.inv
        self.was, self.g, self.dtype = self.training, col(self.gamma), x.dtype
        return (self.g * self.hat + col(self.beta)).astype(x.dtype)

    def backward(self, dL_dy):
        d = dL_dy.astype(np.float64)
        self.dL_dgamma, self.dL_dbeta = (d * self.hat).sum((0, 2, 3)), d.sum((0, 2, 3))
        if self.was:
            m = d[:, 0].size
            d = d - (self.dL_dbeta.reshape(1, -1, 1, 1) + self.hat * self.dL_dgamma.reshape(1, -1, 1, 1)) / m
        return (self.g * self.inv * d).astype(self.dtype)
