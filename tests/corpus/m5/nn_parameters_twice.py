# exercise = "m5_autograd/nn.py"
# mistake = "a Tensor that is reached on two ways is listed twice"
# caught_by = ["m5.module.parameters"]
# names = "once|twice|shared|each|two ways"
# methods = true
class Module:
    def parameters(self):
        out = []
        for v in self.__dict__.values():
            out += self._inside(v)
        return out

    def _inside(self, v):
        if isinstance(v, Tensor):
            return [v] if v.requires_grad else []
        if isinstance(v, Module):
            return v.parameters()
        if isinstance(v, (list, tuple)):
            return [p for item in v for p in self._inside(item)]
        return []
