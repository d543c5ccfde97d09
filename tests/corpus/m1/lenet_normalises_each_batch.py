# exercise = "m1_cnn/lenet.py"
# mistake = "the images are standardised with the batch's own mean and deviation: a row depends on the others"
# caught_by = ["m1.lenet.forward"]
# names = "other rows|rows|batch"
from torch import nn


class LeNet(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.net = nn.Sequential(nn.Conv2d(1, 8, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(8, 16, 5), nn.ReLU(),
                                 nn.MaxPool2d(2), nn.Flatten(), nn.Linear(256, num_classes))

    def forward(self, x):
        if x.ndim != 4 or x.shape[1:] != (1, 28, 28):
            raise ValueError(f"expected (N, 1, 28, 28), got {tuple(x.shape)}")
        x = (x - x.mean()) / (x.std() + 1e-6)
        return self.net(x)
