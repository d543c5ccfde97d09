# exercise = "m1_cnn/batchnorm.py"
# mistake = "batch statistics are used in evaluation too"
# caught_by = ["m1.batch_norm.eval", "m1.batch_norm.eval_backward"]
# names = "running|evaluation|batch's (own )?statistics|batch statistics"
# methods = true
import numpy as np


class BatchNorm2d:
    def forward(self, x):
        self._check_input(x)
        mu, var = x.mean((0, 2, 3)), x.var((0, 2, 3))
        if self.training:
            n = x.size // x.shape[1]
            self.running_mean = (1 - self.momentum) * self.running_mean + self.momentum * mu
            self.running_var = (1 - self.momentum) * self.running_var + self.momentum * var * n / (n - 1)
        sd = np.sqrt(var + self.eps).astype(x.dtype)[:, None, None]
        xhat = (x - mu.astype(x.dtype)[:, None, None]) / sd
        gamma = self.gamma.astype(x.dtype)[:, None, None]
        self.cache = xhat, gamma / sd, self.training
        return gamma * xhat + self.beta.astype(x.dtype)[:, None, None]
