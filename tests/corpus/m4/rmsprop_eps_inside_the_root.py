# exercise = "m4_optimisers/rmsprop.py"
# mistake = "sqrt(s + eps) as in TensorFlow"
# caught_by = ["m4.rmsprop.step", "m4.rmsprop.course", "m4.rmsprop.momentum"]
# names = "eps|root"
import numpy as np


class RMSProp:
    def __init__(self, params, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0, momentum=0.0):
        self.params, self.lr, self.rho, self.eps = params, lr, alpha, eps
        self.wd, self.mom = weight_decay, momentum
        self.sq = [np.zeros_like(p) for p in params]
        self.buf = [np.zeros_like(p) for p in params]

    def step(self, grads):
        for p, g, s, b in zip(self.params, grads, self.sq, self.buf):
            g = g + self.wd * p
            s[...] = self.rho * s + (1 - self.rho) * np.square(g)
            b[...] = self.mom * b + g / np.sqrt(s + self.eps)
            p -= self.lr * b
