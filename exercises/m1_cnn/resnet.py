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
        # TODO(m1.basic_block.init): about 11 lines.
        raise NotImplementedError("m1.basic_block.init")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Add what the two convolutions compute to the input.

        Args:
            x: (N, in_channels, H, W), float.

        Returns:
            (N, out_channels, H / stride, W / stride); how an odd size is rounded is up to you.
        """
        _check_images(x, self.in_channels)
        # Keep the identity path open: should the last ReLU come before or after the sum?
        # TODO(m1.basic_block.forward): about 1 line.
        raise NotImplementedError("m1.basic_block.forward")


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
        # TODO(m1.resnet.init): about 9 lines.
        raise NotImplementedError("m1.resnet.init")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Score every class for every image.

        Args:
            x: images, (N, 3, 32, 32), float.

        Returns:
            Logits, (N, num_classes), of the same dtype; no softmax.
        """
        _check_images(x, 3)
        # Average over the height and width that are left, then classify.
        # TODO(m1.resnet.forward): about 2 lines.
        raise NotImplementedError("m1.resnet.forward")
