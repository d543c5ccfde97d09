# exercise = "m4_optimisers/sgd.py"
# mistake = "v = mu v - lr g (cs231n, Keras): the same at a constant rate, not when lr changes"
# caught_by = ["m4.sgd.momentum", "m4.sgd.nesterov", "m4.sgd.course", "m4.sgd.step"]
# names = "lr|learning rate|rate"
import numpy as np


class SGD:
    def __init__(self, params, lr=1e-2, momentum=0.0, nesterov=False, weight_decay=0.0):
        if nesterov and momentum <= 0:
            raise ValueError(f"nesterov=True with momentum={momentum}")
        self.params, self.lr, self.momentum = params, lr, momentum
        self.nesterov, self.weight_decay = nesterov, weight_decay
        self.velocity = [np.zeros_like(p) for p in params]

    def step(self, grads):
        for p, g, v in zip(self.params, grads, self.velocity):
            g = g + self.weight_decay * p
            v *= self.momentum
            v -= self.lr * g
            if self.nesterov:
                p += self.momentum * v - self.lr * g
            else:
                p += v
