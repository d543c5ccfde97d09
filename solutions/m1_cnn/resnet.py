"""m1, part 5: a small residual network in PyTorch.

Lesson: exercises/m1_cnn/README.md
Grade:  dlf-grade m1 -k resnet
Write:  about 25 lines. `torchvision.models` is not allowed; `torch.nn` is.
"""

import torch
from torch import nn


def _check_images(x: torch.Tensor, channels: int) -> None:
    if x.ndim != 4 or x.shape[1] != channels:
        raise ValueError(f"expected x of shape (N, {channels}, H, W), got {tuple(x.shape)}")


class BasicBlock(nn.Module):
    """Two 3x3 convolutions whose result is added to the block's own input.

    Args:
        in_channels: channels that come in.
        out_channels: channels that go out.
        stride: 2 halves height and width.

    Example:
        BasicBlock(64, 128, stride=2) turns (N, 64, 32, 32) into (N, 128, 16, 16), so the input
        must change its shape before the sum; BasicBlock(64, 64) adds the input as it is.
    """

    def __init__(self, in_channels: int, out_channels: int, stride: int = 1) -> None:
        super().__init__()
        self.in_channels = in_channels
        # A sum needs two equal shapes. When do the channels or the size change, and what is the
        # smallest layer that changes both?
        ### BEGIN SOLUTION m1.basic_block.init
        self.residual = nn.Sequential(
            nn.Conv2d(in_channels, out_channels, 3, stride=stride, padding=1, bias=False),
            nn.BatchNorm2d(out_channels),
            nn.ReLU(),
            nn.Conv2d(out_channels, out_channels, 3, padding=1, bias=False),
            nn.BatchNorm2d(out_channels),
        )
        self.shortcut = nn.Sequential()  # empty: hands x on unchanged
        if stride != 1 or in_channels != out_channels:
            self.shortcut.append(nn.Conv2d(in_channels, out_channels, 1, stride=stride, bias=False))
            self.shortcut.append(nn.BatchNorm2d(out_channels))
        ### END SOLUTION

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Add what the two convolutions compute to the input.

        Args:
            x: (N, in_channels, H, W), float.

        Returns:
            (N, out_channels, H / stride, W / stride); how an odd size is rounded is up to you.
        """
        _check_images(x, self.in_channels)
        # Keep the identity path open: should the last ReLU come before or after the sum?
        ### BEGIN SOLUTION m1.basic_block.forward
        return torch.relu(self.residual(x) + self.shortcut(x))
        ### END SOLUTION


class ResNetMini(nn.Module):
    """A residual network for 32x32 images with at most three million parameters.

    Args:
        num_classes: how many logits come out.

    Example:
        A 3x3 convolution from 256 to 256 channels has 9 * 256 * 256 = 589,824 parameters, one
        from 32 to 32 only 9,216: three million allow few wide ones.
    """

    def __init__(self, num_classes: int = 10) -> None:
        super().__init__()
        # A first convolution (the stem), three stages of blocks, a classifier. Halve the image
        # where you double the channels: then every block takes about the same time.
        ### BEGIN SOLUTION m1.resnet.init
        self.stem = nn.Sequential(
            nn.Conv2d(3, 16, 3, padding=1, bias=False), nn.BatchNorm2d(16), nn.ReLU()
        )  # (N, 16, 32, 32)
        self.stages = nn.Sequential(
            BasicBlock(16, 32, stride=2),  # (N, 32, 16, 16)
            BasicBlock(32, 64, stride=2),  # (N, 64, 8, 8)
            BasicBlock(64, 128, stride=2),  # (N, 128, 4, 4)
        )
        self.classifier = nn.Linear(128, num_classes)
        ### END SOLUTION

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Score every class for every image.

        Args:
            x: images, (N, 3, 32, 32), float.

        Returns:
            Logits, (N, num_classes), of the same dtype; no softmax.
        """
        _check_images(x, 3)
        # Average over the height and width that are left, then classify.
        ### BEGIN SOLUTION m1.resnet.forward
        features = self.stages(self.stem(x))  # (N, 128, 4, 4)
        return self.classifier(features.mean(dim=(2, 3)))
        ### END SOLUTION
