# exercise = "m4_optimisers/adam.py"
# mistake = "v averages m², not g²"
# caught_by = ["m4.adam.step", "m4.adam.course", "m4.adamw.step"]
# names = "m²|m \\*\\*|mean gradient|\\bm\\b.*\\bg\\b|gradient's square|g²"
# methods = true
import numpy as np


class Adam:
    def _move(self, grads, l2):
        self.t += 1
        b1, b2 = self.betas
        for w, g, m, v in zip(self.params, grads, self.means, self.mean_squares):
            g = g + l2 * w
            m[...] = b1 * m + (1 - b1) * g
            v[...] = b2 * v + (1 - b2) * m * m
            w -= self.lr * (m / (1 - b1**self.t)) / (np.sqrt(v / (1 - b2**self.t)) + self.eps)
