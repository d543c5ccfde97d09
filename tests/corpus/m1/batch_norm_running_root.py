# exercise = "m1_cnn/batchnorm.py"
# mistake = "running_var collects standard deviations"
# caught_by = ["m1.batch_norm.running", "m1.batch_norm.eval"]
# names = "deviation"
# methods = true
import numpy as np


class BatchNorm2d:
    def forward(self, x):
        self._check_input(x)
        if self.training:
            mean, std = x.mean((0, 2, 3)), np.sqrt(x.var((0, 2, 3)) + self.eps)
            self.running_mean = (1 - self.momentum) * self.running_mean + self.momentum * mean
            self.running_var = (1 - self.momentum) * self.running_var + self.momentum * std
        else:
            mean, std = self.running_mean, np.sqrt(self.running_var + self.eps)
        mean, std, gamma, beta = (v.astype(x.dtype)[:, None, None] for v in (mean, std, self.gamma, self.beta))
        x_hat = (x - mean) / std
        self.cache = x_hat, gamma / std, self.training
        return x_hat * gamma + beta
