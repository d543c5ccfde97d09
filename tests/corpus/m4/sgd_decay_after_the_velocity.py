# exercise = "m4_optimisers/sgd.py"
# mistake = "the weight decay is decoupled: it does not enter the velocity"
# caught_by = ["m4.sgd.weight_decay", "m4.sgd.course", "m4.sgd.nesterov"]
# names = "decay"
# methods = true
class SGD:
    def step(self, grads):
        for w, g, v in zip(self.params, grads, self.velocities):
            v *= self.momentum
            v += g
            d = g + self.momentum * v if self.nesterov else v
            w -= self.lr * (d + self.weight_decay * w)
