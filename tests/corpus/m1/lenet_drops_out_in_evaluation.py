# exercise = "m1_cnn/lenet.py"
# mistake = "F.dropout without training=self.training drops in evaluation too"
# caught_by = ["m1.lenet.forward"]
# names = "dropout|random|same batch|asked twice|two calls"
# misnames = "each row by itself|axis 0|other rows"
import torch.nn.functional as F
from torch import nn


class LeNet(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 10, 5)
        self.conv2 = nn.Conv2d(10, 20, 5)
        self.fc1 = nn.Linear(320, 50)
        self.fc2 = nn.Linear(50, num_classes)

    def forward(self, x):
        if x.ndim != 4 or x.shape[1:] != (1, 28, 28):
            raise ValueError(f"expected (N, 1, 28, 28), got {tuple(x.shape)}")
        x = F.relu(F.max_pool2d(self.conv1(x), 2))
        x = F.relu(F.max_pool2d(self.conv2(x), 2))
        x = F.relu(self.fc1(x.flatten(1)))
        x = F.dropout(x)
        return self.fc2(x)
