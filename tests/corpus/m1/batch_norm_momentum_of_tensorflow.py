# exercise = "m1_cnn/batchnorm.py"
# mistake = "momentum is the share of the old statistics, as in Keras and cs231n"
# caught_by = ["m1.batch_norm.running", "m1.batch_norm.eval"]
# names = "momentum|share|swap|other way|old|Keras|1 - "
# methods = true
import numpy as np


class BatchNorm2d:
    def forward(self, x):
        self._check_input(x)
        m = self.momentum
        if self.training:
            mu = x.mean(axis=(0, 2, 3))
            var = x.var(axis=(0, 2, 3))
            count = x.size / x.shape[1]
            self.running_mean = m * self.running_mean + (1 - m) * mu
            self.running_var = m * self.running_var + (1 - m) * var * count / (count - 1)
        else:
            mu, var = self.running_mean, self.running_var
        std = np.sqrt(var + self.eps).astype(x.dtype)[:, None, None]
        xhat = (x - mu.astype(x.dtype)[:, None, None]) / std
        gamma = self.gamma.astype(x.dtype)[:, None, None]
        self.cache = xhat, gamma / std, self.training
        return gamma * xhat + self.beta.astype(x.dtype)[:, None, None]
