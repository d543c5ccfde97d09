# exercise = "m4_optimisers/adam.py"
# mistake = "no bias correction"
# caught_by = ["m4.adam.step", "m4.adam.course", "m4.adamw.step"]
# names = "bias|correct|1 - beta"
# methods = true
import numpy as np


class Adam:
    def _move(self, grads, l2):
        b1, b2 = self.betas
        for w, g, m, v in zip(self.params, grads, self.means, self.mean_squares):
            g = g + l2 * w
            m += (1 - b1) * (g - m)
            v += (1 - b2) * (g * g - v)
            w -= self.lr * m / (np.sqrt(v) + self.eps)
