# exercise = "m5_autograd/nn.py"
# mistake = "every layer makes its own generator; the rng given is not passed on"
# caught_by = ["m5.mlp.init"]
# names = "rng|generator|seed"
# methods = true
class MLP:
    def __init__(self, sizes, *, rng=None):
        self.layers = []
        for i in range(len(sizes) - 1):
            self.layers.append(Linear(sizes[i], sizes[i + 1]))
