# exercise = "m1_cnn/batchnorm.py"
# mistake = "the running variance averages standard deviations"
# caught_by = ["m1.batch_norm.running", "m1.batch_norm.eval"]
# names = "standard deviation|root|sqrt|square|std"
# methods = true
import numpy as np


class BatchNorm2d:
    def forward(self, x):
        self._check_input(x)
        mean, var = self.running_mean, self.running_var
        if self.training:
            mean, var = x.mean((0, 2, 3)), x.var((0, 2, 3))
            t = self.momentum
            self.running_mean = self.running_mean * (1 - t) + mean * t
            self.running_var = self.running_var * (1 - t) + x.std((0, 2, 3), ddof=1) * t
        c = lambda v: v.astype(x.dtype)[:, None, None]
        std = c(np.sqrt(var + self.eps))
        x_hat = (x - c(mean)) / std
        self.cache = x_hat, c(self.gamma) / std, self.training
        return c(self.gamma) * x_hat + c(self.beta)
