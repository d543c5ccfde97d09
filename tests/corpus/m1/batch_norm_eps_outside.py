# exercise = "m1_cnn/batchnorm.py"
# mistake = "eps is added to the standard deviation, outside of the root"
# caught_by = ["m1.batch_norm.forward", "m1.batch_norm.eval"]
# names = "eps"
# methods = true
import numpy as np


class BatchNorm2d:
    def forward(self, x):
        self._check_input(x)
        mean, var = self.running_mean, self.running_var
        if self.training:
            mean, var = x.mean(axis=(0, 2, 3)), x.var(axis=(0, 2, 3))
            m = x.size // self.num_features
            self.running_mean = (1 - self.momentum) * self.running_mean + self.momentum * mean
            self.running_var = (1 - self.momentum) * self.running_var + self.momentum * var * m / (m - 1)
        mean, std, gamma, beta = (
            v.astype(x.dtype)[:, None, None] for v in (mean, np.sqrt(var) + self.eps, self.gamma, self.beta))
        x_hat = (x - mean) / std
        self.cache = x_hat, gamma / std, self.training
        return gamma * x_hat + beta
