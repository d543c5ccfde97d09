# exercise = "m5_autograd/nn.py"
# mistake = "lists of layers are not searched"
# caught_by = ["m5.module.parameters", "m5.mlp.init"]
# names = "list"
# methods = true
class Module:
    def parameters(self):
        found = []
        for value in vars(self).values():
            if isinstance(value, Tensor) and value.requires_grad:
                if not any(value is f for f in found):
                    found.append(value)
            elif isinstance(value, Module):
                found.extend(p for p in value.parameters() if not any(p is f for f in found))
        return found
