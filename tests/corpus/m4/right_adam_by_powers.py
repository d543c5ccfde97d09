# exercise = "m4_optimisers/adam.py"
# right = true
# note = "keeps beta1^t and beta2^t as running products, lerp form, AdamW with its own loop"
import numpy as np


class _Base:
    decoupled = False

    def __init__(self, params, lr, betas, eps, weight_decay):
        self.params = list(params)
        self.lr, self.betas, self.eps, self.weight_decay = lr, betas, eps, weight_decay
        self.p1 = self.p2 = 1.0
        self.m = [np.zeros(p.shape, p.dtype) for p in self.params]
        self.v = [np.zeros(p.shape, p.dtype) for p in self.params]

    def step(self, grads):
        b1, b2 = self.betas
        self.p1, self.p2 = self.p1 * b1, self.p2 * b2
        for p, g, m, v in zip(self.params, grads, self.m, self.v, strict=True):
            if self.decoupled:
                p -= self.lr * self.weight_decay * p
            else:
                g = g + self.weight_decay * p
            m += (1 - b1) * (g - m)
            v += (1 - b2) * (g * g - v)
            p -= self.lr / (1 - self.p1) * m / (np.sqrt(v) / np.sqrt(1 - self.p2) + self.eps).astype(p.dtype)


class Adam(_Base):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
        super().__init__(params, lr, betas, eps, weight_decay)


class AdamW(_Base):
    decoupled = True

    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2):
        super().__init__(params, lr, betas, eps, weight_decay)
