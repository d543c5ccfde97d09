# exercise = "m1_cnn/resnet.py"
# right = true
# note = "pre-activation, a scalar in front of each branch that starts at zero, a pooled and padded shortcut without weights"
import torch
import torch.nn.functional as F
from torch import nn


class BasicBlock(nn.Module):
    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__()
        self.stride, self.grow, self.cin = stride, out_channels - in_channels, in_channels
        self.n1, self.n2 = nn.GroupNorm(1, in_channels), nn.GroupNorm(1, out_channels)
        self.c1 = nn.Conv2d(in_channels, out_channels, 3, stride, 1)
        self.c2 = nn.Conv2d(out_channels, out_channels, 3, 1, 1)
        self.alpha = nn.Parameter(torch.zeros(()))

    def forward(self, x):
        if x.ndim != 4 or x.shape[1] != self.cin:
            raise ValueError(f"expected (N, {self.cin}, H, W), got {tuple(x.shape)}")
        y = self.c2(F.relu(self.n2(self.c1(F.relu(self.n1(x))))))
        if self.stride > 1:
            x = F.avg_pool2d(x, self.stride, ceil_mode=True)
        if self.grow:
            x = F.pad(x, (0, 0, 0, 0, 0, self.grow))
        return x + self.alpha * y


class ResNetMini(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        widths = [24, 24, 48, 96]
        self.stem = nn.Conv2d(3, widths[0], 3, padding=1)
        self.blocks = nn.ModuleList(
            BasicBlock(a, b, 1 if a == b else 2) for a, b in zip(widths, widths[1:], strict=False))
        self.head = nn.Linear(widths[-1], num_classes)

    def forward(self, images):
        if images.ndim != 4 or images.shape[1] != 3:
            raise ValueError(f"expected (N, 3, H, W), got {tuple(images.shape)}")
        x = self.stem(images)
        for block in self.blocks:
            x = block(x)
        return self.head(F.adaptive_avg_pool2d(F.relu(x), 1)[:, :, 0, 0])
