# exercise = "m5_autograd/tensor.py"
# mistake = "every path is walked, and a shared Tensor stands where it was visited last: after what was computed from it"
# caught_by = ["m5.engine.order", "m5.engine.backward", "m5.engine.chain"]
# names = "order|before all|topolog|path|once"
# misnames = "second backward replaces"
def topological_order(root):
    out = []
    stack = [(root, iter(root.inputs))]
    while stack:
        node, rest = stack[-1]
        for child in rest:
            if child.requires_grad:
                stack.append((child, iter(child.inputs)))
                break
        else:
            stack.pop()
            out.append(node)
    last = {id(n): i for i, n in enumerate(out)}
    return [n for i, n in enumerate(out) if last[id(n)] == i]
