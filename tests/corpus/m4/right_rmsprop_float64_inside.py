# exercise = "m4_optimisers/rmsprop.py"
# right = true
# note = "keeps its state in float64 and casts at the end; p[...] = ..."
import numpy as np


class RMSProp:
    def __init__(self, params, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0, momentum=0.0):
        self.params, self.lr, self.alpha, self.eps = list(params), lr, alpha, eps
        self.weight_decay, self.momentum = weight_decay, momentum
        self.state = [np.zeros((2, *p.shape)) for p in self.params]

    def step(self, grads):
        for p, g, (s, v) in zip(self.params, grads, self.state, strict=True):
            d = g.astype(np.float64) + self.weight_decay * p
            s[...] = d * d + self.alpha * (s - d * d)
            v[...] = self.momentum * v + d / (np.sqrt(s) + self.eps)
            p[...] = p - self.lr * v
