# exercise = "m4_optimisers/adam.py"
# mistake = "t is increased after the step: the first correction divides by 1 - 1 = 0"
# caught_by = ["m4.adam.step", "m4.adamw.step"]
# names = "count|t = 0|\\bt\\b|before|first step|zero|nan"
import numpy as np


class Adam:
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
        self.params, self.lr, self.betas, self.eps, self.weight_decay = params, lr, betas, eps, weight_decay
        self.m = [np.zeros_like(p) for p in params]
        self.v = [np.zeros_like(p) for p in params]
        self.t = 0

    def _update(self, p, g, i):
        b1, b2 = self.betas
        self.m[i] = b1 * self.m[i] + (1 - b1) * g
        self.v[i] = b2 * self.v[i] + (1 - b2) * g**2
        mhat = self.m[i] / (1 - b1**self.t)
        vhat = self.v[i] / (1 - b2**self.t)
        p -= (self.lr * mhat / (np.sqrt(vhat) + self.eps)).astype(p.dtype)

    def step(self, grads):
        for i, (p, g) in enumerate(zip(self.params, grads)):
            self._update(p, g + self.weight_decay * p, i)
        self.t += 1


class AdamW(Adam):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2):
        super().__init__(params, lr, betas, eps, weight_decay)

    def step(self, grads):
        for i, (p, g) in enumerate(zip(self.params, grads)):
            p *= 1 - self.lr * self.weight_decay
            self._update(p, g, i)
        self.t += 1
