# exercise = "m1_cnn/lenet.py"
# right = true
# note = "the last layer starts at zero, so all logits are equal at first"
from torch import nn


class LeNet(nn.Sequential):
    def __init__(self, num_classes=10):
        super().__init__(
            nn.Conv2d(1, 6, 5, padding=2), nn.GELU(), nn.MaxPool2d(2),
            nn.Conv2d(6, 16, 5), nn.GELU(), nn.MaxPool2d(2), nn.Flatten(),
            nn.Linear(400, 84), nn.GELU(), nn.Linear(84, num_classes))
        nn.init.zeros_(self[-1].weight)
        nn.init.zeros_(self[-1].bias)

    def forward(self, x):
        if x.ndim != 4 or x.shape[1] != 1 or x.shape[2] != 28 or x.shape[3] != 28:
            raise ValueError(f"expected (N, 1, 28, 28), got {tuple(x.shape)}")
        return super().forward(x)
