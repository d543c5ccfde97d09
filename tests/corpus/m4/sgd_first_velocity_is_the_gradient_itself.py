# exercise = "m4_optimisers/sgd.py"
# mistake = "the first velocity is the caller's gradient array, not a copy; later steps write into it"
# caught_by = ["m4.sgd.in_place", "m4.sgd.momentum"]
# names = "in place|caller|copy|modif"
import numpy as np


class SGD:
    def __init__(self, params, lr=1e-2, momentum=0.0, nesterov=False, weight_decay=0.0):
        if nesterov and momentum <= 0:
            raise ValueError(f"momentum {momentum}")
        self.params, self.lr, self.momentum, self.nesterov, self.weight_decay = params, lr, momentum, nesterov, weight_decay
        self.vel = [None] * len(params)

    def step(self, grads):
        for i, (w, g) in enumerate(zip(self.params, grads)):
            if self.weight_decay:
                g = g + self.weight_decay * w
            if self.vel[i] is None:
                self.vel[i] = g
            else:
                self.vel[i] *= self.momentum
                self.vel[i] += g
            w -= self.lr * (g + self.momentum * self.vel[i] if self.nesterov else self.vel[i])
