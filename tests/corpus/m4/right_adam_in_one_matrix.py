# exercise = "m4_optimisers/adam.py"
# right = true
# note = "AdamW stands alone; moments of all parameters in one float64 vector; the products of the betas are kept"
import numpy as np

from m4_optimisers.parameters import as_parameters, check_gradients


class _Moments:
    def __init__(self, params, betas):
        self.cut = np.cumsum([w.size for w in params])[:-1]
        self.m = self.v = np.zeros(sum(w.size for w in params))
        self.betas, self.left = betas, [1.0, 1.0]

    def direction(self, gradient, eps):
        b1, b2 = self.betas
        self.left = [self.left[0] * b1, self.left[1] * b2]
        self.m = b1 * self.m + (1 - b1) * gradient
        self.v = b2 * self.v + (1 - b2) * gradient**2
        return np.split(self.m / (1 - self.left[0]) / (np.sqrt(self.v / (1 - self.left[1])) + eps), self.cut)


def _flat(arrays):
    return np.concatenate([np.asarray(a, np.float64).ravel() for a in arrays])


class Adam:
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
        self.params, self.lr, self.eps, self.weight_decay = as_parameters(params), lr, eps, weight_decay
        self.moments = _Moments(self.params, betas)

    def step(self, grads):
        check_gradients(self.params, grads)
        decayed = _flat(grads) + self.weight_decay * _flat(self.params)
        for w, d in zip(self.params, self.moments.direction(decayed, self.eps)):
            w[...] = w - self.lr * d.reshape(w.shape)


class AdamW:
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2):
        self.params, self.lr, self.eps, self.weight_decay = as_parameters(params), lr, eps, weight_decay
        self.moments = _Moments(self.params, betas)

    def step(self, grads):
        check_gradients(self.params, grads)
        for w, d in zip(self.params, self.moments.direction(_flat(grads), self.eps)):
            w[...] = w - self.lr * (d.reshape(w.shape) + self.weight_decay * w)
