# exercise = "m5_autograd/tensor.py"
# mistake = "breadth-first order from the root: a Tensor can come before one computed from it"
# caught_by = ["m5.engine.order", "m5.engine.backward"]
# names = "order|before|topolog|breadth|after"
from collections import deque


def topological_order(root):
    order, queue, seen = [], deque([root]), {id(root)}
    while queue:
        node = queue.popleft()
        order.append(node)
        for x in node.inputs:
            if x.requires_grad and id(x) not in seen:
                seen.add(id(x))
                queue.append(x)
    return order[::-1]
