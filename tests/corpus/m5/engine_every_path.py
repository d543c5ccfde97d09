# exercise = "m5_autograd/tensor.py"
# mistake = "no visited set: shared Tensors are walked once for each path, exponentially often"
# caught_by = ["m5.engine.order", "m5.engine.chain", "m5.engine.backward"]
# names = "path|once|seen|visited|twice|each"
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
    return list({id(n): n for n in out}.values())
