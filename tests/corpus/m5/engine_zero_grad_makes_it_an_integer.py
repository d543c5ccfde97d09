# exercise = "m5_autograd/tensor.py"
# mistake = "zero_grad sets the number 0 instead of None or zeros of the shape"
# caught_by = ["m5.engine.zero_grad", "m5.module.zero_grad"]
# names = "None|zeros|int|array|shape"
# methods = true
class Tensor:
    def zero_grad(self):
        self.grad = 0
