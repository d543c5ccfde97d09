# exercise = "m1_cnn/resnet.py"
# mistake = "relu_ in place on x: the caller's tensor changes"
# caught_by = ["m1.basic_block.forward"]
# names = "in place|modif|caller|relu_|inplace"
import torch
from torch import nn


class BasicBlock(nn.Module):
    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__()
        self.in_channels = in_channels
        self.bn1 = nn.BatchNorm2d(out_channels)
        self.conv1 = nn.Conv2d(in_channels, out_channels, 3, stride=stride, padding=1)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding=1)
        self.short = nn.Conv2d(in_channels, out_channels, 1, stride) if (
            stride > 1 or in_channels != out_channels) else nn.Identity()

    def forward(self, x):
        if x.ndim != 4 or x.shape[1] != self.in_channels:
            raise ValueError(f"expected (N, {self.in_channels}, H, W), got {tuple(x.shape)}")
        if not x.requires_grad:
            x.relu_()
        out = self.conv2(torch.relu(self.bn1(self.conv1(x))))
        return out + self.short(x)
