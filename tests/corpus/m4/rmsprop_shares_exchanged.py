# exercise = "m4_optimisers/rmsprop.py"
# mistake = "alpha is the share of the new square"
# caught_by = ["m4.rmsprop.step", "m4.rmsprop.course"]
# names = "alpha|share|swap|exchange"
import numpy as np


class RMSProp:
    def __init__(self, params, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0, momentum=0.0):
        self.params = params
        self.lr = lr
        self.a, self.e, self.wd, self.m = alpha, eps, weight_decay, momentum
        self.state = [dict(s=np.zeros_like(p), v=np.zeros_like(p)) for p in params]

    def step(self, grads):
        for p, g, st in zip(self.params, grads, self.state):
            grad = g + self.wd * p
            st["s"] = (1 - self.a) * st["s"] + self.a * grad * grad
            st["v"] = self.m * st["v"] + grad / (np.sqrt(st["s"]) + self.e)
            p -= (self.lr * st["v"]).astype(p.dtype)
