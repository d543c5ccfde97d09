# exercise = "m4_optimisers/adam.py"
# mistake = "AdamW adds the decay to the gradient, as Adam does"
# caught_by = ["m4.adamw.step", "m4.adamw.course"]
# names = "gradient|decoupled|directly|L2|decay"
# methods = true
class AdamW:
    def step(self, grads):
        self._move(grads, self.weight_decay)
