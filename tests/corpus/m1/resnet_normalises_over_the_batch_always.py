# exercise = "m1_cnn/resnet.py"
# mistake = "BatchNorm2d(track_running_stats=False): in evaluation a row's logits depend on the other rows"
# caught_by = ["m1.resnet.forward"]
# names = "batch|other (images|rows)|running|evaluation"
# methods = true
from torch import nn


class ResNetMini(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(3, 16, 3, padding=1, bias=False), nn.BatchNorm2d(16, track_running_stats=False), nn.ReLU())
        self.stages = nn.Sequential(BasicBlock(16, 32, stride=2), BasicBlock(32, 64, stride=2))
        self.classifier = nn.Linear(64, num_classes)
