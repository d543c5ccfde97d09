# exercise = "m4_optimisers/rmsprop.py"
# right = true
# note = "State in a namespace for each parameter; the mean square moves by its difference"
# methods = true
from types import SimpleNamespace

import numpy as np


class RMSProp:
    def __init__(self, params, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0, momentum=0.0):
        self.params, self.lr = as_parameters(params), lr
        self.alpha, self.eps, self.wd, self.momentum = alpha, eps, weight_decay, momentum
        self.slots = [SimpleNamespace(square=np.zeros(w.shape), speed=np.zeros(w.shape)) for w in self.params]

    def step(self, grads):
        check_gradients(self.params, grads)
        for w, g, slot in zip(self.params, grads, self.slots):
            g = np.asarray(g, np.float64) + self.wd * w
            slot.square += (1 - self.alpha) * (g**2 - slot.square)
            move = g / (slot.square**0.5 + self.eps)
            if self.momentum > 0:
                slot.speed = self.momentum * slot.speed + move
                move = slot.speed
            w[...] = w - self.lr * move
