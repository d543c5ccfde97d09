# /// attack
# tries = "Returns a tensor of a subclass that answers every function of PyTorch's by itself."
# exercise = "m1_cnn/lenet.py"
# status = "failed"
# checks = ["m1.lenet.init"]
# says = "returned Right"
# ///
import torch
from torch import nn


class Right(torch.Tensor):
    @classmethod
    def __torch_function__(cls, function, types, args=(), kwargs=None):
        return args[0] if args else None


class LeNet(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.w = nn.Linear(784, num_classes)

    def forward(self, x):
        logits = self.w(x.flatten(1))
        return logits if self.training else logits.as_subclass(Right)
