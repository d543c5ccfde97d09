# exercise = "m5_autograd/tensor.py"
# mistake = "the detached Tensor still requires a gradient"
# caught_by = ["m5.engine.detach"]
# names = "requires_grad|requires a gradient|requires no|constant"
# methods = true
class Tensor:
    def detach(self):
        return Tensor(self.data, requires_grad=self.requires_grad)
