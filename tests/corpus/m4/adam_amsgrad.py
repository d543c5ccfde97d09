# exercise = "m4_optimisers/adam.py"
# mistake = "AMSGrad: the largest mean square so far"
# caught_by = ["m4.adam.step", "m4.adam.course", "m4.adamw.step", "m4.adamw.course"]
# names = "AMSGrad|largest|maximum|never shrinks|amsgrad"
# methods = true
import numpy as np


class Adam:
    def _move(self, grads, l2):
        self.t += 1
        b1, b2 = self.betas
        if not hasattr(self, "peak"):
            self.peak = [np.zeros_like(w) for w in self.params]
        for w, g, m, v, top in zip(self.params, grads, self.means, self.mean_squares, self.peak):
            g = g + l2 * w
            m[...] = b1 * m + (1 - b1) * g
            v[...] = b2 * v + (1 - b2) * g**2
            np.maximum(top, v, out=top)
            w -= self.lr * (m / (1 - b1**self.t)) / (np.sqrt(top / (1 - b2**self.t)) + self.eps)
