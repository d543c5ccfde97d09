# exercise = "m4_optimisers/rmsprop.py"
# mistake = "s += g²: Adagrad, nothing is forgotten"
# caught_by = ["m4.rmsprop.step", "m4.rmsprop.course"]
# names = "alpha|Adagrad|1 - alpha|1 − alpha|sum|forgot|mean"
# methods = true
import numpy as np


class RMSProp:
    def step(self, grads):
        for w, g, s, v in zip(self.params, grads, self.mean_squares, self.velocities):
            d = g + self.weight_decay * w
            s += d**2
            v *= self.momentum
            v += d / (np.sqrt(s) + self.eps)
            w -= self.lr * v
