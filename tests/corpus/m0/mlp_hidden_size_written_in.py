# exercise = "m0_mlp/mlp.py"
# mistake = "128 is written into the code, hidden_size is not used"
# caught_by = ["m0.mlp.init", "m0.mlp.num_parameters", "m0.mlp.forward"]
# names = "hidden_size|128|hidden"
# methods = true
import numpy as np

from m0_mlp.layers import Linear, ReLU
from m0_mlp.losses import CrossEntropyLoss


class TwoLayerMLP:
    def __init__(self, input_size=784, hidden_size=128, num_classes=10, *, rng=None):
        rng = rng or np.random.default_rng()
        self.fc1 = Linear(input_size, 128, rng=rng)
        self.relu = ReLU()
        self.fc2 = Linear(128, num_classes, rng=rng)
        self.loss = CrossEntropyLoss()
