# exercise = "m5_autograd/tensor.py"
# mistake = "grad is assigned, not added: a Tensor that is used twice keeps the last gradient"
# caught_by = ["m5.engine.backward", "m5.engine.zero_grad"]
# names = "add|accumulat|overwrit|twice|second|\\+="
# methods = true
class Tensor:
    def backward(self, grad=None):
        collected = {id(self): self._upstream(grad)}
        for node in reversed(topological_order(self)):
            g = collected.pop(id(node))
            if not node.inputs:
                node.grad = g.astype(node.data.dtype).copy() if hasattr(g, "copy") else g
            for x, gx in input_gradients(node, g):
                collected[id(x)] = collected.get(id(x), 0) + gx
