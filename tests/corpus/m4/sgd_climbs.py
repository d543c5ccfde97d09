# exercise = "m4_optimisers/sgd.py"
# mistake = "w += lr g"
# caught_by = ["m4.sgd.step", "m4.sgd.momentum", "m4.sgd.learns"]
# names = "sign|subtract|uphill"
import numpy as np


class SGD:
    def __init__(self, params, lr=0.01, momentum=0.0, nesterov=False, weight_decay=0.0):
        if nesterov and not momentum > 0:
            raise ValueError(f"nesterov needs momentum, got {momentum}")
        self.params, self.lr = params, lr
        self.mu, self.nesterov, self.wd = momentum, nesterov, weight_decay
        self.buf = [np.zeros_like(p) for p in params]

    def step(self, grads):
        for p, g, v in zip(self.params, grads, self.buf):
            g = g + self.wd * p
            v[...] = self.mu * v + g
            d = g + self.mu * v if self.nesterov else v
            p += self.lr * d
