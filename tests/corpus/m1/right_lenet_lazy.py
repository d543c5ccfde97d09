# exercise = "m1_cnn/lenet.py"
# right = true
# note = "a lazy last layer that is made real by one dry forward in __init__"
import torch
from torch import nn


class LeNet(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(1, 12, 3), nn.LeakyReLU(), nn.Conv2d(12, 12, 3, stride=2), nn.LeakyReLU(),
            nn.Conv2d(12, 24, 3, stride=2), nn.LeakyReLU(), nn.Flatten())
        self.head = nn.LazyLinear(num_classes)
        with torch.no_grad():
            self(torch.zeros(1, 1, 28, 28))

    def forward(self, x):
        if x.ndim != 4 or x.shape[1:] != (1, 28, 28):
            raise ValueError(f"expected (N, 1, 28, 28), got {tuple(x.shape)}")
        return self.head(self.body(x))
