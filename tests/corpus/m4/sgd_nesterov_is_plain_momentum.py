# exercise = "m4_optimisers/sgd.py"
# mistake = "nesterov is stored and never used"
# caught_by = ["m4.sgd.nesterov"]
# names = "nesterov|look|ahead"
import numpy as np


class SGD:
    def __init__(self, params, lr=1e-2, momentum=0.0, nesterov=False, weight_decay=0.0):
        if nesterov and momentum <= 0:
            raise ValueError(f"got momentum {momentum}")
        self.params = params
        self.lr = lr
        self.momentum = momentum
        self.nesterov = nesterov
        self.weight_decay = weight_decay
        self.m = {}

    def step(self, grads):
        for i, (p, g) in enumerate(zip(self.params, grads)):
            g = g + self.weight_decay * p
            self.m[i] = g if i not in self.m else self.momentum * self.m[i] + g
            p -= self.lr * self.m[i]
