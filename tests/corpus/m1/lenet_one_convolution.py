# exercise = "m1_cnn/lenet.py"
# mistake = "a single convolution; the second is built and left out of forward"
# caught_by = ["m1.lenet.init", "m1.lenet.forward"]
# names = "c2|gradient|unused|part in forward|effect|second"
import torch
from torch import nn


class LeNet(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.c1, self.c2 = nn.Conv2d(1, 6, 5, padding=2), nn.Conv2d(6, 16, 5)
        self.head = nn.Linear(6 * 14 * 14, num_classes)

    def forward(self, x):
        if x.ndim != 4 or x.shape[1:] != (1, 28, 28):
            raise ValueError(f"expected (N, 1, 28, 28), got {tuple(x.shape)}")
        return self.head(torch.max_pool2d(self.c1(x).relu(), 2).flatten(1))
