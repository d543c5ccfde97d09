# exercise = "m1_cnn/lenet.py"
# mistake = "view(-1, 256) where the features are 400: rows of the batch are mixed up and their number changes"
# caught_by = ["m1.lenet.init", "m1.lenet.forward"]
# names = "view|rows|batch|flatten"
import torch
import torch.nn as nn
import torch.nn.functional as F


class LeNet(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5, padding=2)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(16 * 5, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, num_classes)

    def forward(self, x):
        if x.dim() != 4 or x.shape[1:] != (1, 28, 28):
            raise ValueError(f"expected (N, 1, 28, 28), got {tuple(x.shape)}")
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = x.view(-1, 16 * 5)
        x = F.relu(self.fc1(x))
        return self.fc3(F.relu(self.fc2(x)))
