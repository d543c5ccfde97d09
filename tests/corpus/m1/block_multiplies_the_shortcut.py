# exercise = "m1_cnn/resnet.py"
# mistake = "the branch multiplies the input instead of being added to it"
# caught_by = ["m1.basic_block.forward"]
# names = "add|sum|input|identity|multipl"
import torch
from torch import nn


class BasicBlock(nn.Module):
    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__()
        self.in_channels = in_channels
        self.c1 = nn.Conv2d(in_channels, out_channels, 3, stride, 1)
        self.c2 = nn.Conv2d(out_channels, out_channels, 3, 1, 1)
        same = stride == 1 and in_channels == out_channels
        self.side = nn.Identity() if same else nn.Conv2d(in_channels, out_channels, 1, stride)

    def forward(self, x):
        if x.ndim != 4 or x.shape[1] != self.in_channels:
            raise ValueError(f"expected (N, {self.in_channels}, H, W), got {tuple(x.shape)}")
        return torch.relu(self.c2(torch.relu(self.c1(x))) * self.side(x))
