# exercise = "m1_cnn/resnet.py"
# mistake = "the shortcut is built but its result is not added"
# caught_by = ["m1.basic_block.forward", "m1.basic_block.init", "m1.resnet.init"]
# names = "add|input|identity|shortcut|residual|unused|gradient"
import torch.nn.functional as F
from torch import nn


class BasicBlock(nn.Module):
    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__()
        self.cin = in_channels
        self.conv1 = nn.Conv2d(in_channels, out_channels, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(out_channels)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_channels)
        self.down = None
        if stride != 1 or in_channels != out_channels:
            self.down = nn.Conv2d(in_channels, out_channels, 1, stride)

    def forward(self, x):
        if x.ndim != 4 or x.shape[1] != self.cin:
            raise ValueError(f"expected (N, {self.cin}, H, W), got {tuple(x.shape)}")
        identity = x
        out = F.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        if self.down is not None:
            identity = self.down(x)
        return F.relu(out)
