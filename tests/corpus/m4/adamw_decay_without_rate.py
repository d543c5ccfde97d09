# exercise = "m4_optimisers/adam.py"
# mistake = "w *= 1 - weight_decay, without lr"
# caught_by = ["m4.adamw.step", "m4.adamw.course"]
# names = "lr|learning rate"
# methods = true
class AdamW:
    def step(self, grads):
        for w in self.params:
            w -= self.weight_decay * w
        self._move(grads, 0.0)
