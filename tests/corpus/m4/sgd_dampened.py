# exercise = "m4_optimisers/sgd.py"
# mistake = "v = mu v + (1 - mu) g, an average instead of a sum"
# caught_by = ["m4.sgd.momentum", "m4.sgd.nesterov", "m4.sgd.course"]
# names = "1 - (momentum|mu|µ|μ)|1 − |dampen|average|\\(1 -"
# methods = true
class SGD:
    def step(self, grads):
        for p, g, v in zip(self.params, grads, self.velocities):
            d = g + self.weight_decay * p
            beta = self.momentum
            v[:] = beta * v + (1 - beta) * d if v.ndim else beta * v + (1 - beta) * d
            p -= self.lr * ((d + beta * v) if self.nesterov else v)
