# exercise = "m5_autograd/nn.py"
# mistake = "Tensors that require no gradient are listed too"
# caught_by = ["m5.module.parameters"]
# names = "require|constant|requires_grad"
# methods = true
class Module:
    def parameters(self):
        seen, out = set(), []
        todo = [self]
        while todo:
            item = todo.pop(0)
            if id(item) in seen:
                continue
            seen.add(id(item))
            if isinstance(item, Tensor):
                out.append(item)
            elif isinstance(item, Module):
                todo = list(vars(item).values()) + todo
            elif isinstance(item, (list, tuple)):
                todo = list(item) + todo
        return out
