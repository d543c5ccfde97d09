# exercise = "m5_autograd/tensor.py"
# right = true
# note = "Kahn's order: a node is ready when all its readers have paid in"
# methods = true
import collections

import numpy as np


class Tensor:
    def backward(self, grad=None):
        start = self._upstream(grad)
        readers, stack, seen = collections.Counter(), [self], {id(self)}
        while stack:
            for x in stack.pop().inputs:
                if x.requires_grad:
                    readers[id(x)] += 1
                    if id(x) not in seen:
                        seen.add(id(x))
                        stack.append(x)
        purse, ready = {id(self): [start]}, collections.deque([self])
        while ready:
            node = ready.popleft()
            g = sum(purse.pop(id(node)))
            if not node.inputs:
                node.grad = np.array(g, node.data.dtype) + (0 if node.grad is None else node.grad)
            for x, dx in input_gradients(node, g):
                purse.setdefault(id(x), []).append(dx)
                readers[id(x)] -= 1
                if not readers[id(x)]:
                    ready.append(x)
