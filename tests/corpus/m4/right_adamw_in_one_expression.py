# exercise = "m4_optimisers/adam.py"
# right = true
# note = "a generator of updates; AdamW's decay written as lr · wd · (the old weight)"
import numpy as np


class Adam:
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
        self.params, self.lr, (self.b1, self.b2), self.eps = list(params), lr, betas, eps
        self.weight_decay, self.n = weight_decay, 0
        self.moments = [[np.zeros_like(p), np.zeros_like(p)] for p in self.params]

    def directions(self, grads):
        self.n += 1
        for pair, g in zip(self.moments, grads, strict=True):
            pair[0] = self.b1 * pair[0] + (1 - self.b1) * g
            pair[1] = self.b2 * pair[1] + (1 - self.b2) * g**2
            first, second = pair[0] / (1 - self.b1**self.n), pair[1] / (1 - self.b2**self.n)
            yield first / (second**0.5 + self.eps)

    def step(self, grads):
        grads = [g + self.weight_decay * p for g, p in zip(grads, self.params, strict=True)]
        for p, d in zip(self.params, self.directions(grads), strict=True):
            p -= self.lr * d


class AdamW(Adam):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2):
        super().__init__(params, lr, betas, eps, weight_decay)

    def step(self, grads):
        for p, d in zip(self.params, self.directions(grads), strict=True):
            np.subtract(p, self.lr * (d + self.weight_decay * p), out=p)
