# exercise = "m4_optimisers/adam.py"
# mistake = "v is not corrected"
# caught_by = ["m4.adam.step", "m4.adam.course", "m4.adamw.step"]
# names = "mean square|second|\\bv\\b|beta2"
# methods = true
import numpy as np


class Adam:
    def _move(self, grads, l2):
        self.t += 1
        b1, b2 = self.betas
        for w, g, m, v in zip(self.params, grads, self.means, self.mean_squares):
            g = g + l2 * w
            m[...] = b1 * m + (1 - b1) * g
            v[...] = b2 * v + (1 - b2) * g * g
            w -= self.lr * (m / (1 - b1**self.t)) / (np.sqrt(v) + self.eps)
