"""m1, part 4: LeNet in PyTorch.

Now that you know what every layer does inside, let `torch.nn` supply them and spend your thought on
the architecture: which shapes meet, and where the parameters sit.

Lesson: exercises/m1_cnn/README.md
Grade:  dlf-grade m1 -k lenet
Write:  about 15 lines.
"""

import torch
from torch import nn


class LeNet(nn.Module):
    """LeCun's digit reader: rounds of convolution and pooling, then a linear classifier.

    Attributes of your choice hold the layers; training needs nothing but `forward`.

    Args:
        num_classes: how many logits come out.

    Example:
        Followed through the network, one side of an image measures 28, 28, 14, 10, 5:
        a 5x5 convolution with padding 2, a halving, a 5x5 convolution without, a halving.
    """

    def __init__(self, num_classes: int = 10) -> None:
        super().__init__()
        # Count what the last pooling leaves, channels times height times width, before you size
        # the nn.Linear that follows. Batch normalisation came after LeNet and still does it good.
        # TODO(m1.lenet.init): about 14 lines.
        raise NotImplementedError("m1.lenet.init")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Score every class for every image.

        Args:
            x: images, (N, 1, 28, 28), float.

        Returns:
            Logits, (N, num_classes), of the same dtype; no softmax.
        """
        if x.ndim != 4 or x.shape[1:] != (1, 28, 28):
            raise ValueError(f"expected x of shape (N, 1, 28, 28), got {tuple(x.shape)}")
        # The loss takes logits: stop before probabilities.
        # TODO(m1.lenet.forward): about 1 line.
        raise NotImplementedError("m1.lenet.forward")
