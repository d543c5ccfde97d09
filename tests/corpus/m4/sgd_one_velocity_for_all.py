# exercise = "m4_optimisers/sgd.py"
# mistake = "one velocity is shared by all parameters of equal shape ([zeros] * n)"
# caught_by = ["m4.sgd.momentum", "m4.sgd.course", "m4.sgd.step"]
# names = "share|own|each parameter|one velocity|same"
import numpy as np


class SGD:
    def __init__(self, params, lr=1e-2, momentum=0.0, nesterov=False, weight_decay=0.0):
        if nesterov and momentum <= 0:
            raise ValueError(f"momentum {momentum}")
        self.params, self.lr, self.momentum = list(params), lr, momentum
        self.nesterov, self.weight_decay = nesterov, weight_decay
        self.v = {}

    def step(self, grads):
        for p, g in zip(self.params, grads):
            d = g + self.weight_decay * p
            self.v[p.shape] = self.momentum * self.v.get(p.shape, 0) + d
            p -= self.lr * ((d + self.momentum * self.v[p.shape]) if self.nesterov else self.v[p.shape])
