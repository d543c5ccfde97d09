# exercise = "m4_optimisers/sgd.py"
# mistake = "g += weight_decay w changes the caller's gradients"
# caught_by = ["m4.sgd.in_place"]
# names = "gradient.*(modif|changed|in place)|modif.*grad|in place|caller"
# methods = true
class SGD:
    def step(self, grads):
        for w, g, v in zip(self.params, grads, self.velocities):
            g += self.weight_decay * w
            v *= self.momentum
            v += g
            w -= self.lr * (g + self.momentum * v if self.nesterov else v)
