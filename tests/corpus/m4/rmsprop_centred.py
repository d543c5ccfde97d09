# exercise = "m4_optimisers/rmsprop.py"
# mistake = "centred: the squared mean gradient is subtracted under the root"
# caught_by = ["m4.rmsprop.step", "m4.rmsprop.course", "m4.rmsprop.momentum"]
# names = "cent(er|re)d|variance|mean gradient"
import numpy as np


class RMSProp:
    def __init__(self, params, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0, momentum=0.0):
        self.params, self.lr, self.alpha, self.eps = params, lr, alpha, eps
        self.weight_decay, self.momentum = weight_decay, momentum
        zeros = lambda: [np.zeros_like(p) for p in params]
        self.s, self.m, self.v = zeros(), zeros(), zeros()

    def step(self, grads):
        a = self.alpha
        for i, p in enumerate(self.params):
            g = grads[i] + self.weight_decay * p
            self.s[i] = a * self.s[i] + (1 - a) * g**2
            self.m[i] = a * self.m[i] + (1 - a) * g
            denominator = np.sqrt(np.maximum(self.s[i] - self.m[i] ** 2, 0)) + self.eps
            self.v[i] = self.momentum * self.v[i] + g / denominator
            p -= (self.lr * self.v[i]).astype(p.dtype)
