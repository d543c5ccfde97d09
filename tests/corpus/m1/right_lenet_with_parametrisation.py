# exercise = "m1_cnn/lenet.py"
# right = true
# note = "weight normalisation on a convolution, orthogonal head"
import torch
from torch import nn
from torch.nn.utils.parametrizations import orthogonal, weight_norm


class LeNet(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.c1 = weight_norm(nn.Conv2d(1, 8, 5, padding=2))
        self.c2 = nn.Conv2d(8, 16, 5)
        self.squeeze = orthogonal(nn.Linear(400, 64))
        self.head = nn.Linear(64, num_classes)

    def forward(self, x):
        if x.shape[1:] != torch.Size([1, 28, 28]):
            raise ValueError(f"expected (N, 1, 28, 28), got {tuple(x.shape)}")
        for conv in (self.c1, self.c2):
            x = nn.functional.silu(nn.functional.avg_pool2d(conv(x), 2))
        return self.head(torch.tanh(self.squeeze(x.flatten(1))))
