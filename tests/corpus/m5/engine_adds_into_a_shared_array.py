# exercise = "m5_autograd/tensor.py"
# mistake = "collected[x] += g writes into an array that another node owns too"
# caught_by = ["m5.engine.*", "m5.tensor.*"]
# names = "in place|copy|shared|one array|\\+="
# methods = true
import numpy as np


class Tensor:
    def backward(self, grad=None):
        collected = {id(self): self._upstream(grad)}
        for node in reversed(topological_order(self)):
            g = collected.pop(id(node))
            if not node.inputs:
                node.grad = g.copy() if node.grad is None else node.grad + g
            for x, dx in input_gradients(node, g):
                if id(x) in collected:
                    collected[id(x)] += dx
                else:
                    collected[id(x)] = dx
