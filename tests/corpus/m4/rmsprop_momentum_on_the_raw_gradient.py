# exercise = "m4_optimisers/rmsprop.py"
# mistake = "momentum accumulates the raw gradients, and the sum is scaled"
# caught_by = ["m4.rmsprop.momentum", "m4.rmsprop.course"]
# names = "momentum|velocity|scaled|raw"
# methods = true
import numpy as np


class RMSProp:
    def step(self, grads):
        for w, g, s, v in zip(self.params, grads, self.mean_squares, self.velocities):
            d = g + self.weight_decay * w
            s[...] = self.alpha * s + (1 - self.alpha) * d**2
            v[...] = self.momentum * v + d
            w -= self.lr * v / (np.sqrt(s) + self.eps)
