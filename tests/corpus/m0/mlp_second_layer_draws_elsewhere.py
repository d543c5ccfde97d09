# exercise = "m0_mlp/mlp.py"
# mistake = "fc2 does not get the rng"
# caught_by = ["m0.mlp.init"]
# names = "rng|generator|fc2|seed"
# methods = true
from m0_mlp.layers import Linear, ReLU
from m0_mlp.losses import CrossEntropyLoss


class TwoLayerMLP:
    def __init__(self, input_size=784, hidden_size=128, num_classes=10, *, rng=None):
        self.fc1 = Linear(input_size, hidden_size, rng=rng)
        self.relu = ReLU()
        self.fc2 = Linear(hidden_size, num_classes)
        self.loss = CrossEntropyLoss()
