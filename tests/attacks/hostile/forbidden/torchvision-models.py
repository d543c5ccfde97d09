# /// attack
# tries = "Takes the residual network from torchvision."
# exercise = "m1_cnn/resnet.py"
# status = "refused"
# says = "imports torchvision"
# ///
from torch import nn


class BasicBlock(nn.Module):
    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__()
        self.block = __import__("torchvision.models.resnet", fromlist=["x"]).BasicBlock(in_channels, out_channels, stride)
