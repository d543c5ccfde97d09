# exercise = "m1_cnn/batchnorm.py"
# mistake = "statistics over the batch axis alone, one mean for each pixel, then averaged for the running ones"
# caught_by = ["m1.batch_norm.forward"]
# names = "axis|axes|batch|pixel|height|\\(0, 2, 3\\)"
import numpy as np


class BatchNorm2d:
    def __init__(self, num_features, eps=1e-5, momentum=0.1):
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.training = True
        self.gamma, self.beta = np.ones(num_features), np.zeros(num_features)
        self.running_mean, self.running_var = np.zeros(num_features), np.ones(num_features)

    def forward(self, x):
        if x.ndim != 4 or x.shape[1] != self.num_features:
            raise ValueError(f"{x.shape} lacks {self.num_features} channels")
        if self.training and x.size == self.num_features:
            raise ValueError(f"nothing to normalise over: {x.shape}")
        v = lambda a: a.astype(x.dtype)[None, :, None, None]
        if self.training:
            mu = x.mean(axis=0, keepdims=True)
            var = ((x - mu) ** 2).mean(axis=0, keepdims=True)
            m = x.size // x.shape[1]
            t = self.momentum
            self.running_mean = (1 - t) * self.running_mean + t * x.mean((0, 2, 3))
            self.running_var = (1 - t) * self.running_var + t * x.var((0, 2, 3)) * m / (m - 1)
        else:
            mu, var = v(self.running_mean), v(self.running_var)
        self.istd = 1 / np.sqrt(var + x.dtype.type(self.eps))
        self.xh = (x - mu) * self.istd
        self.was_training = self.training
        return v(self.gamma) * self.xh + v(self.beta)

    def backward(self, g):
        self.dL_dgamma, self.dL_dbeta = (g * self.xh).sum((0, 2, 3)), g.sum((0, 2, 3))
        d = g * self.gamma.astype(g.dtype)[None, :, None, None]
        if not self.was_training:
            return (d * self.istd).astype(self.xh.dtype)
        d = d - d.mean(0, keepdims=True) - self.xh * (d * self.xh).mean(0, keepdims=True)
        return (d * self.istd).astype(self.xh.dtype)
