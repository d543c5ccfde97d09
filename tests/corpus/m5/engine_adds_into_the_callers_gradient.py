# exercise = "m5_autograd/tensor.py"
# mistake = "the upstream array itself becomes a leaf's grad, and += then changes the caller's array and other leaves"
# caught_by = ["m5.tensor.behaviour", "m5.engine.backward", "m5.engine.zero_grad"]
# names = "share|copy|same array|in place|alias|caller"
# methods = true
class Tensor:
    def backward(self, grad=None):
        collected = {id(self): self._upstream(grad)}
        for node in reversed(topological_order(self)):
            g = collected.pop(id(node))
            if not node.inputs:
                if node.grad is None:
                    node.grad = g
                else:
                    node.grad += g
            for x, gx in input_gradients(node, g):
                if id(x) in collected:
                    collected[id(x)] = collected[id(x)] + gx
                else:
                    collected[id(x)] = gx
