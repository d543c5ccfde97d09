# exercise = "m5_autograd/tensor.py"
# right = true
# note = "a dictionary of in-degrees (Kahn) instead of a depth-first stack; grads accumulate by np.add"
import numpy as np


def topological_order(root):
    uses, stack, nodes = {id(root): 0}, [root], {id(root): root}
    while stack:
        node = stack.pop()
        for x in node.inputs:
            if not x.requires_grad:
                continue
            if id(x) not in uses:
                uses[id(x)] = 0
                nodes[id(x)] = x
                stack.append(x)
            uses[id(x)] += 1
    ready, out = [root], []
    while ready:
        node = ready.pop()
        out.append(node)
        for x in node.inputs:
            if x.requires_grad:
                uses[id(x)] -= 1
                if uses[id(x)] == 0:
                    ready.append(x)
    return out[::-1]


def unbroadcast(gradient, shape):
    lead = gradient.ndim - len(shape)
    gradient = np.add.reduce(gradient, axis=tuple(range(lead))) if lead else gradient
    for axis, size in enumerate(shape):
        if size == 1 and gradient.shape[axis] != 1:
            gradient = np.add.reduce(gradient, axis=axis, keepdims=True)
    return gradient
