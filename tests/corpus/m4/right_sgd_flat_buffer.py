# exercise = "m4_optimisers/sgd.py"
# right = true
# note = "one flat velocity for all parameters, cut into views"
import numpy as np


class SGD:
    def __init__(self, params, lr=1e-2, momentum=0.0, nesterov=False, weight_decay=0.0):
        if nesterov and not momentum > 0:
            raise ValueError(f"expected momentum above 0 with nesterov, got {momentum}")
        self.params = list(params)
        self.lr, self.momentum, self.nesterov, self.weight_decay = lr, momentum, nesterov, weight_decay
        self.flat = np.zeros(sum(p.size for p in self.params))
        ends = np.cumsum([p.size for p in self.params])[:-1]
        self.views = [v.reshape(p.shape) for v, p in zip(np.split(self.flat, ends), self.params)]

    def step(self, grads):
        self.flat *= self.momentum
        for p, g, v in zip(self.params, grads, self.views):
            d = g + self.weight_decay * p
            v += d
            p[...] = p - self.lr * (d + self.momentum * v if self.nesterov else v)
