# exercise = "m4_optimisers/rmsprop.py"
# mistake = "averages |g| instead of g² (the root before the mean)"
# caught_by = ["m4.rmsprop.step", "m4.rmsprop.course"]
# names = "square|\\|g\\||absolute"
# methods = true
import numpy as np


class RMSProp:
    def step(self, grads):
        for w, g, s, v in zip(self.params, grads, self.mean_squares, self.velocities):
            d = g + self.weight_decay * w
            s *= self.alpha
            s += (1 - self.alpha) * np.sqrt(d**2)
            v *= self.momentum
            v += d / (s + self.eps)
            w -= self.lr * v
