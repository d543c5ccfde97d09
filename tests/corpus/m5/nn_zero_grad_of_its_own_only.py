# exercise = "m5_autograd/nn.py"
# mistake = "zero_grad resets the module's own Tensors, not those of its sub-modules"
# caught_by = ["m5.module.zero_grad"]
# names = "sub-?module|in a module|deep|every|all parameters|layers"
# methods = true
class Module:
    def zero_grad(self):
        for value in vars(self).values():
            if isinstance(value, Tensor):
                value.zero_grad()
