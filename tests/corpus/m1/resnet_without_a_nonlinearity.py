# exercise = "m1_cnn/resnet.py"
# mistake = "no ReLU anywhere: in evaluation the whole network is an affine map"
# caught_by = ["m1.resnet.forward", "m1.basic_block.forward"]
# names = "affine|linear|ReLU|activation"
from torch import nn


class BasicBlock(nn.Module):
    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__()
        self.n = in_channels
        self.a = nn.Sequential(nn.Conv2d(in_channels, out_channels, 3, stride, 1), nn.BatchNorm2d(out_channels),
                               nn.Conv2d(out_channels, out_channels, 3, 1, 1), nn.BatchNorm2d(out_channels))
        self.b = nn.Conv2d(in_channels, out_channels, 1, stride) if stride > 1 or in_channels != out_channels else None

    def forward(self, x):
        if x.ndim != 4 or x.shape[1] != self.n:
            raise ValueError(f"expected (N, {self.n}, H, W), got {tuple(x.shape)}")
        return self.a(x) + (x if self.b is None else self.b(x))


class ResNetMini(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.stem = nn.Conv2d(3, 16, 3, padding=1)
        self.l1, self.l2, self.l3 = BasicBlock(16, 16), BasicBlock(16, 32, 2), BasicBlock(32, 64, 2)
        self.fc = nn.Linear(64, num_classes)

    def forward(self, x):
        if x.ndim != 4 or x.shape[1] != 3:
            raise ValueError(f"expected (N, 3, H, W), got {tuple(x.shape)}")
        x = self.l3(self.l2(self.l1(self.stem(x))))
        return self.fc(x.mean((2, 3)))
