# exercise = "m4_optimisers/adam.py"
# mistake = "lr sqrt(1 - b2^t) / (1 - b1^t) · m / (sqrt(v) + eps): eps is not corrected"
# caught_by = ["m4.adam.step", "m4.adam.course", "m4.adamw.step"]
# names = "eps"
import numpy as np


class Adam:
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
        self.params = list(params)
        self.lr, self.eps, self.weight_decay = lr, eps, weight_decay
        self.beta1, self.beta2 = betas
        self.k = 0
        self.mom = [(np.zeros_like(p), np.zeros_like(p)) for p in self.params]

    def _go(self, grads, coupled):
        self.k += 1
        alpha = self.lr * np.sqrt(1 - self.beta2**self.k) / (1 - self.beta1**self.k)
        for p, g, (m, v) in zip(self.params, grads, self.mom):
            g = g + coupled * p
            m *= self.beta1
            m += (1 - self.beta1) * g
            v *= self.beta2
            v += (1 - self.beta2) * np.square(g)
            p -= float(alpha) * m / (np.sqrt(v) + self.eps)

    def step(self, grads):
        self._go(grads, self.weight_decay)


class AdamW(Adam):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=1e-2):
        super().__init__(params, lr, betas, eps, weight_decay)

    def step(self, grads):
        for p in self.params:
            p *= 1 - self.lr * self.weight_decay
        self._go(grads, 0.0)
