# exercise = "m5_autograd/tensor.py"
# mistake = "the topological order is made by recursion: 50,000 operations are too deep"
# caught_by = ["m5.engine.chain"]
# names = "recurs|stack|deep|RecursionError"
def topological_order(root):
    topo, visited = [], set()

    def build(v):
        if id(v) not in visited:
            visited.add(id(v))
            for child in v.inputs:
                if child.requires_grad:
                    build(child)
            topo.append(v)

    build(root)
    return topo
