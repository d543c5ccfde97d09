# exercise = "m1_cnn/lenet.py"
# mistake = "fc1 is sized 16 · 4 · 4 although the padded first convolution leaves 16 · 5 · 5"
# caught_by = ["m1.lenet.forward", "m1.lenet.init"]
# names = "16 · 5 · 5|400|256|in_features|first Linear|mat1|flatten"
import torch
from torch import nn


class LeNet(nn.Module):
    def __init__(self, num_classes=10):
        super(LeNet, self).__init__()
        self.c1 = nn.Conv2d(1, 6, kernel_size=5, padding=2)
        self.c2 = nn.Conv2d(6, 16, kernel_size=5)
        self.pool = nn.AvgPool2d(2)
        self.f1 = nn.Linear(16 * 4 * 4, 120)
        self.f2 = nn.Linear(120, num_classes)

    def forward(self, x):
        if x.ndim != 4 or tuple(x.shape[1:]) != (1, 28, 28):
            raise ValueError(f"expected (N, 1, 28, 28), got {tuple(x.shape)}")
        x = self.pool(torch.tanh(self.c1(x)))
        x = self.pool(torch.tanh(self.c2(x)))
        return self.f2(torch.tanh(self.f1(torch.flatten(x, 1))))
