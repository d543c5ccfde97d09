# exercise = "m1_cnn/batchnorm.py"
# mistake = "ddof=1 is used to normalise as well"
# caught_by = ["m1.batch_norm.forward", "m1.batch_norm.gradient", "m1.batch_norm.backward"]
# names = "unbiased|m - 1|m − 1|ddof|n - 1|one less|biased"
# methods = true
import numpy as np


class BatchNorm2d:
    def forward(self, x):
        self._check_input(x)
        mean, var = self.running_mean, self.running_var
        if self.training:
            mean, var = x.mean(axis=(0, 2, 3)), x.var(axis=(0, 2, 3), ddof=1)
            self.running_mean = 0.9 * self.running_mean + 0.1 * mean if self.momentum == 0.1 else (
                (1 - self.momentum) * self.running_mean + self.momentum * mean)
            self.running_var = (1 - self.momentum) * self.running_var + self.momentum * var
        mean, std, gamma, beta = (
            v.astype(x.dtype)[:, None, None] for v in (mean, np.sqrt(var + self.eps), self.gamma, self.beta))
        x_hat = (x - mean) / std
        self.cache = x_hat, gamma / std, self.training
        return gamma * x_hat + beta
