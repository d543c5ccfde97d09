# exercise = "m4_optimisers/sgd.py"
# mistake = "the derivative of weight_decay · w², with its factor 2"
# caught_by = ["m4.sgd.weight_decay", "m4.sgd.course"]
# names = "decay|factor|2|twice"
# methods = true
class SGD:
    def step(self, grads):
        for w, g, v in zip(self.params, grads, self.velocities):
            full = g + 2 * self.weight_decay * w
            v *= self.momentum
            v += full
            w -= self.lr * (full + self.momentum * v if self.nesterov else v)
