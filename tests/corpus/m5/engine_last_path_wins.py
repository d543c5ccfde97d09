# exercise = "m5_autograd/tensor.py"
# mistake = "collected[x] = gradient: where two paths meet, one of them is lost"
# caught_by = ["m5.engine.backward", "m5.engine.chain"]
# names = "add|path|overwrit|used (twice|in several)|accumulat|several"
# methods = true
import numpy as np


class Tensor:
    def backward(self, grad=None):
        pending = {id(self): self._upstream(grad)}
        for t in topological_order(self)[::-1]:
            g = pending[id(t)]
            if t.inputs == ():
                t.grad = np.array(g, dtype=t.data.dtype) if t.grad is None else t.grad + g
            for parent, gp in input_gradients(t, g):
                pending[id(parent)] = gp
