# exercise = "m5_autograd/tensor.py"
# right = true
# note = "depth first with iterators on a stack; the inputs in the opposite order"


def topological_order(root):
    order, known, path = [], {id(root)}, [(root, iter(reversed(root.inputs)))]
    while path:
        node, inputs = path[-1]
        for x in inputs:
            if x.requires_grad and id(x) not in known:
                known.add(id(x))
                path.append((x, iter(reversed(x.inputs))))
                break
        else:
            order.append(node)
            path.pop()
    return order
