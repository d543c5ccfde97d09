# exercise = "m4_optimisers/adam.py"
# mistake = "the weights shrink after Adam's step, so the step shrinks too"
# caught_by = ["m4.adamw.step", "m4.adamw.course"]
# names = "after|before|first|order"
# methods = true
class AdamW:
    def step(self, grads):
        self._move(grads, 0.0)
        for w in self.params:
            w *= 1 - self.lr * self.weight_decay
