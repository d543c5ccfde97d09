# /// attack
# tries = "Has our recipe give back what is no result at all, to end the check as a fault of the grader's."
# exercise = "m1_cnn/lenet.py"
# status = "failed"
# checks = ["m1.digits"]
# says = "the training gave back no result"
# train = true
# ///
import sys
import types

import torch
from torch import nn

images = types.ModuleType("dlf_reference.training.images")


def endless(*args, **kwargs):
    yield 5
    return {"test": None, "seconds": "long", "losses": None}


images.classifier = endless
sys.modules["dlf_reference.training.images"] = images


class LeNet(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.first, self.second = nn.Conv2d(1, 4, 5), nn.Conv2d(4, 8, 5)
        self.w = nn.Linear(8 * 20 * 20, num_classes)

    def forward(self, x):
        return self.w(torch.relu(self.second(torch.relu(self.first(x)))).flatten(1))
