# exercise = "m4_optimisers/adam.py"
# mistake = "lr is copied at construction; a schedule that sets .lr has no effect"
# caught_by = ["m4.adam.step", "m4.adam.course", "m4.adam.in_place", "m4.adamw.step"]
# names = "\\.lr|lr|learning rate|schedule"
import numpy as np


class Adam:
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
        self.params, self.lr, self.weight_decay = params, lr, weight_decay
        self.t = 0
        self.slots = [np.zeros((2, *p.shape), p.dtype) for p in params]
        self.rate = lambda t: lr / (1 - betas[0] ** t)
        self.root = lambda v, t: np.sqrt(v / (1 - betas[1] ** t)) + eps
        self.mix = lambda old, new, b: b * old + (1 - b) * new
        self.betas = betas

    def _apply(self, p, g, slot):
        slot[0] = self.mix(slot[0], g, self.betas[0])
        slot[1] = self.mix(slot[1], g * g, self.betas[1])
        p -= self.rate(self.t) * slot[0] / self.root(slot[1], self.t)

    def step(self, grads):
        self.t += 1
        for p, g, slot in zip(self.params, grads, self.slots):
            self._apply(p, g + self.weight_decay * p, slot)


class AdamW(Adam):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2):
        super().__init__(params, lr, betas, eps, weight_decay)

    def step(self, grads):
        self.t += 1
        for p, g, slot in zip(self.params, grads, self.slots):
            p *= 1 - self.lr * self.weight_decay
            self._apply(p, g, slot)
