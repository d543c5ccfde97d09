# exercise = "m4_optimisers/adam.py"
# mistake = "t is increased once for each parameter in the loop"
# caught_by = ["m4.adam.step", "m4.adamw.step", "m4.adam.course"]
# names = "count|once|each parameter|\\bt\\b|several parameters|second parameter"
# methods = true
import numpy as np


class Adam:
    def _move(self, grads, l2):
        b1, b2 = self.betas
        for w, g, m, v in zip(self.params, grads, self.means, self.mean_squares):
            self.t += 1
            g = g + l2 * w
            m[...] = b1 * m + (1 - b1) * g
            v[...] = b2 * v + (1 - b2) * g**2
            step = (m / (1 - b1**self.t)) / (np.sqrt(v / (1 - b2**self.t)) + self.eps)
            w -= self.lr * step
