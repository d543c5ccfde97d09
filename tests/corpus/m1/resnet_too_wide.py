# exercise = "m1_cnn/resnet.py"
# mistake = "ResNet-18's widths: over eleven million parameters"
# caught_by = ["m1.resnet.init"]
# names = "million|3,000,000|parameters"
# methods = true
from torch import nn


class ResNetMini(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 64, 3, padding=1), nn.BatchNorm2d(64), nn.ReLU())
        self.stages = nn.Sequential(
            BasicBlock(64, 64), BasicBlock(64, 128, 2), BasicBlock(128, 256, 2), BasicBlock(256, 512, 2))
        self.classifier = nn.Linear(512, num_classes)
