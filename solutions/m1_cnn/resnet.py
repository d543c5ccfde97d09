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
    """Two 3x3 convolutions that learn a correction, added to the block's own input.

    Args:
        in_channels: channels that come in.
        out_channels: channels that go out.
        stride: 2 halves height and width.

    Example:
        BasicBlock(64, 128, stride=2) turns (N, 64, 32, 32) into (N, 128, 16, 16), so what is
        added must change its shape too; in BasicBlock(64, 64) the input is added as it is.
    """

    def __init__(self, in_channels: int, out_channels: int, stride: int = 1) -> None:
        super().__init__()
        self.in_channels = in_channels
        # A sum needs two equal shapes: when do the channels or the size change, and what is the
        # smallest layer that changes both?
        ### BEGIN SOLUTION m1.basic_block.init
        self.residual = nn.Sequential(
            nn.Conv2d(in_channels, out_channels, 3, padding=1, bias=False),
            nn.MaxPool2d(stride),  # the most of what was found; a stride would skip pixels
            nn.BatchNorm2d(out_channels),
            nn.ReLU(),
            nn.Conv2d(out_channels, out_channels, 3, padding=1, bias=False),
            nn.BatchNorm2d(out_channels),
        )
        self.shortcut = nn.Sequential()  # empty: hands x on unchanged
        if stride != 1 or in_channels != out_channels:
            if stride != 1:  # a mean of the pixels it would otherwise skip
                self.shortcut.append(nn.AvgPool2d(stride))
            self.shortcut.append(nn.Conv2d(in_channels, out_channels, 1, bias=False))
            self.shortcut.append(nn.BatchNorm2d(out_channels))
        ### END SOLUTION

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Add the learnt correction to the input.

        Args:
            x: (N, in_channels, H, W), float.

        Returns:
            (N, out_channels, H / stride, W / stride); how an odd size is rounded is up to you.
        """
        _check_images(x, self.in_channels)
        # The identity path must stay open: mind on which side of the sum the last ReLU stands.
        ### BEGIN SOLUTION m1.basic_block.forward
        return torch.relu(self.residual(x) + self.shortcut(x))
        ### END SOLUTION


class ResNetMini(nn.Module):
    """A residual network for 32x32 images with at most three million parameters.

    Args:
        num_classes: how many logits come out.

    Example:
        A 3x3 convolution from 256 to 256 channels costs 9 * 256 * 256 = 589,824 parameters:
        three million pay for few of those and for many narrow ones.
    """

    def __init__(self, num_classes: int = 10) -> None:
        super().__init__()
        # A stem, three stages of blocks, a classifier. Halve the image where you double the
        # channels, and every block costs about the same time.
        ### BEGIN SOLUTION m1.resnet.init
        # The pixels of a patch are nearly equal. Their sums and differences, across rows, columns
        # and colours, hardly depend on each other; batch norm then gives each the same say.
        pair = torch.tensor([[1.0, 1.0], [1.0, -1.0]])
        colour = torch.tensor([[1.0, 1.0, 1.0], [1.0, 0.0, -1.0], [1.0, -2.0, 1.0]])
        patches = torch.einsum("kc,ri,sj->krscij", colour, pair, pair).reshape(12, 3, 2, 2)
        self.register_buffer("patches", torch.cat([patches, -patches]))  # (24, 3, 2, 2), fixed
        self.stem = nn.Sequential(nn.BatchNorm2d(24), nn.ReLU())  # (N, 24, 31, 31)
        self.stages = nn.Sequential(
            BasicBlock(24, 64, stride=2),  # (N, 64, 15, 15)
            BasicBlock(64, 256, stride=2),  # (N, 256, 7, 7)
            BasicBlock(256, 256, stride=2),  # (N, 256, 3, 3)
        )
        self.classifier = nn.Linear(256, num_classes)
        ### END SOLUTION

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Score every class for every image.

        Args:
            x: images, (N, 3, 32, 32), float.

        Returns:
            Logits, (N, num_classes), of the same dtype; no softmax.
        """
        _check_images(x, 3)
        # What is left of height and width is averaged away before the classifier.
        ### BEGIN SOLUTION m1.resnet.forward
        patches = nn.functional.conv2d(x, self.patches)  # (N, 24, 31, 31)
        features = self.stages(self.stem(patches))  # (N, 256, 3, 3)
        return self.classifier(features.mean(dim=(2, 3)))
        ### END SOLUTION
