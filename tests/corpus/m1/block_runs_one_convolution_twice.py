# exercise = "m1_cnn/resnet.py"
# mistake = "conv1 is used in both places; conv2 is never called"
# caught_by = ["m1.basic_block.init", "m1.basic_block.forward", "m1.resnet.init", "m1.resnet.forward"]
# names = "conv|unused|gradient|twice|second"
import torch.nn.functional as F
from torch import nn


class BasicBlock(nn.Module):
    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__()
        self.cin = in_channels
        self.proj = nn.Identity()
        if stride != 1 or in_channels != out_channels:
            self.proj = nn.Conv2d(in_channels, out_channels, 1, stride)
        self.conv1 = nn.Conv2d(out_channels, out_channels, 3, 1, 1)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, 1, 1)

    def forward(self, x):
        if x.ndim != 4 or x.shape[1] != self.cin:
            raise ValueError(f"expected (N, {self.cin}, H, W), got {tuple(x.shape)}")
        x = self.proj(x)
        y = F.relu(self.conv1(x))
        y = self.conv1(y)
        return F.relu(x + y)
