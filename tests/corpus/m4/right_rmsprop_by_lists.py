# exercise = "m4_optimisers/rmsprop.py"
# right = true
# note = "a dataclass of state for each parameter"
from dataclasses import dataclass, field

import numpy as np


@dataclass
class Slot:
    p: np.ndarray
    s: np.ndarray = field(init=False)
    v: np.ndarray = field(init=False)

    def __post_init__(self):
        self.s, self.v = np.zeros_like(self.p), np.zeros_like(self.p)


class RMSProp:
    def __init__(self, params, lr=1e-2, alpha=0.99, eps=1e-8, weight_decay=0.0, momentum=0.0):
        self.params = list(params)
        self.slots = [Slot(p) for p in self.params]
        self.lr, self.alpha, self.eps, self.weight_decay, self.momentum = lr, alpha, eps, weight_decay, momentum

    def step(self, grads):
        for slot, g in zip(self.slots, grads, strict=True):
            d = g if self.weight_decay == 0 else g + self.weight_decay * slot.p
            slot.s = self.alpha * slot.s + (1 - self.alpha) * d * d
            d = d / (np.sqrt(slot.s) + self.eps)
            if self.momentum:
                slot.v = d = self.momentum * slot.v + d
            slot.p -= self.lr * d
