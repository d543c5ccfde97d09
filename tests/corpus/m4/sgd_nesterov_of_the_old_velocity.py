# exercise = "m4_optimisers/sgd.py"
# mistake = "nesterov looks ahead along the velocity before its update"
# caught_by = ["m4.sgd.nesterov", "m4.sgd.course"]
# names = "new|old|before|updat"
# methods = true
class SGD:
    def step(self, grads):
        for w, g, v in zip(self.params, grads, self.velocities):
            d = g + self.weight_decay * w
            ahead = d + self.momentum * v
            v *= self.momentum
            v += d
            w -= self.lr * (ahead if self.nesterov else v)
