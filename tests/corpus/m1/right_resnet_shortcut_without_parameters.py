# exercise = "m1_cnn/resnet.py"
# right = true
# note = "GroupNorm, pre-activation, and the shortcut of the first paper: every s-th pixel, and channels of zeros"
import torch
import torch.nn.functional as F
from torch import nn


class BasicBlock(nn.Module):
    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__()
        self.cin, self.cout, self.stride = in_channels, out_channels, stride
        self.n1, self.n2 = nn.GroupNorm(1, in_channels), nn.GroupNorm(1, out_channels)
        self.c1 = nn.Conv2d(in_channels, out_channels, 3, stride, 1, bias=False)
        self.c2 = nn.Conv2d(out_channels, out_channels, 3, 1, 1)

    def forward(self, x):
        if x.ndim != 4 or x.shape[1] != self.cin:
            raise ValueError(f"expected (N, {self.cin}, H, W), got {tuple(x.shape)}")
        identity = F.pad(x[:, : self.cout, :: self.stride, :: self.stride], (0, 0, 0, 0, 0, max(0, self.cout - self.cin)))
        return identity + self.c2(F.silu(self.n2(self.c1(F.silu(self.n1(x))))))


class ResNetMini(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.net = nn.Sequential(nn.Conv2d(3, 16, 3, padding=1), BasicBlock(16, 32, 2), BasicBlock(32, 64, 2))
        self.head = nn.Conv2d(64, num_classes, 1)

    def forward(self, x):
        if x.ndim != 4 or x.shape[1] != 3:
            raise ValueError(f"expected (N, 3, H, W), got {tuple(x.shape)}")
        return self.head(F.adaptive_avg_pool2d(F.relu(self.net(x)), 1)).flatten(1)
