# exercise = "m4_optimisers/sgd.py"
# mistake = "self.params[i] = p - lr g: a new array, the caller's does not move"
# caught_by = ["m4.sgd.in_place", "m4.sgd.step"]
# names = "in place|new array|caller|unchanged|rebind"
import numpy as np


class SGD:
    def __init__(self, params, lr=0.01, momentum=0.0, nesterov=False, weight_decay=0.0):
        if nesterov and momentum <= 0:
            raise ValueError(f"momentum must be above 0, is {momentum}")
        self.params = list(params)
        self.lr, self.momentum, self.nesterov, self.weight_decay = lr, momentum, nesterov, weight_decay
        self.v = [0.0 for _ in self.params]

    def step(self, grads):
        for i in range(len(self.params)):
            g = grads[i] + self.weight_decay * self.params[i]
            self.v[i] = self.momentum * self.v[i] + g
            if self.nesterov:
                g = g + self.momentum * self.v[i]
            else:
                g = self.v[i]
            self.params[i] = self.params[i] - self.lr * g
