# exercise = "m4_optimisers/rmsprop.py"
# mistake = "divides by the mean square, not by its root"
# caught_by = ["m4.rmsprop.step", "m4.rmsprop.course"]
# names = "root|sqrt"
# methods = true
class RMSProp:
    def step(self, grads):
        for w, g, s, v in zip(self.params, grads, self.mean_squares, self.velocities):
            d = g + self.weight_decay * w
            s *= self.alpha
            s += (1 - self.alpha) * d * d
            v *= self.momentum
            v += d / (s + self.eps)
            w -= self.lr * v
