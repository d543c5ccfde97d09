# exercise = "m1_cnn/batchnorm.py"
# mistake = "the running statistics are updated in evaluation too"
# caught_by = ["m1.batch_norm.eval", "m1.batch_norm.running", "m1.batch_norm.behaviour"]
# names = "evaluation|training only|only in training"
# methods = true
import numpy as np


class BatchNorm2d:
    def forward(self, x):
        self._check_input(x)
        bm, bv, m = x.mean((0, 2, 3)), x.var((0, 2, 3)), x.size // self.num_features
        mean, var = (bm, bv) if self.training else (self.running_mean, self.running_var)
        t = self.momentum
        self.running_mean = (1 - t) * self.running_mean + t * bm
        self.running_var = (1 - t) * self.running_var + t * bv * m / max(m - 1, 1)
        c = lambda v: v.astype(x.dtype)[:, None, None]
        std = c(np.sqrt(var + self.eps))
        x_hat = (x - c(mean)) / std
        self.cache = x_hat, c(self.gamma) / std, self.training
        return c(self.gamma) * x_hat + c(self.beta)
