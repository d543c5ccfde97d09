# exercise = "m1_cnn/lenet.py"
# mistake = "the convolutions live in a plain list, so parameters() does not find them"
# caught_by = ["m1.lenet.init"]
# names = "list|ModuleList|parameters\\(\\)|not found|hidden|registered"
import torch
from torch import nn


class LeNet(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.convs = [nn.Conv2d(1, 8, 5, padding=2), nn.Conv2d(8, 16, 5)]
        self.out = nn.Linear(16 * 5 * 5, num_classes)

    def forward(self, x):
        if x.ndim != 4 or x.shape[1:] != (1, 28, 28):
            raise ValueError(f"expected (N, 1, 28, 28), got {tuple(x.shape)}")
        for conv in self.convs:
            x = torch.max_pool2d(torch.relu(conv(x)), 2)
        return self.out(x.flatten(1))
