# exercise = "m5_autograd/tensor.py"
# right = true
# note = "backward keeps its gradients in a list beside the order; zero_grad leaves zeros; detach copies"
# methods = true
import numpy as np


class Tensor:
    def backward(self, grad=None):
        order = topological_order(self)
        number = {id(t): i for i, t in enumerate(order)}
        grads = [None] * len(order)
        grads[-1] = self._upstream(grad)
        for i in range(len(order) - 1, -1, -1):
            node, g = order[i], grads[i]
            grads[i] = None
            for parent, gp in input_gradients(node, g):
                j = number[id(parent)]
                grads[j] = gp if grads[j] is None else np.add(grads[j], gp)
            if len(node.inputs) == 0:
                old = np.zeros_like(node.data) if node.grad is None else node.grad
                node.grad = (old + g).astype(node.data.dtype)

    def zero_grad(self):
        self.grad = np.zeros(self.data.shape, self.data.dtype)

    def detach(self):
        return Tensor(self.data.copy(), requires_grad=False)
