# exercise = "m4_optimisers/rmsprop.py"
# mistake = "the gradient is divided by the root before it is updated with the new square"
# caught_by = ["m4.rmsprop.step", "m4.rmsprop.course"]
# names = "before|first|order|new gradient|update"
# methods = true
import numpy as np


class RMSProp:
    def step(self, grads):
        for w, g, s, v in zip(self.params, grads, self.mean_squares, self.velocities):
            d = g + self.weight_decay * w
            scaled = d / (np.sqrt(s) + self.eps)
            s *= self.alpha
            s += (1 - self.alpha) * d * d
            v *= self.momentum
            v += scaled
            w -= self.lr * v
