"""m1: the examples of docstrings and lesson, each with what the solutions give and what the text says."""

import numpy as np
import torch
from m1_cnn import batchnorm, conv, lenet, pool, resnet


def image(rows):
    return np.array([[rows]], float)


def conv2d(W, b, x, dL_dy, stride=1, padding=0):
    layer = conv.Conv2d(1, 1, len(W), stride, padding)
    layer.W, layer.b = image(W), np.array(b, float)
    y, dL_dx = layer.forward(image(x)), layer.backward(image(dL_dy))
    return y[0, 0], dL_dx[0, 0], layer.dL_dW[0, 0], layer.dL_db


def pooled(layer, x, dL_dy):
    return layer.forward(image(x))[0, 0], layer.backward(image(dL_dy))[0, 0]


def normalised(x, dL_dy, *, training=True, eps=1e-5):
    layer = batchnorm.BatchNorm2d(1, eps=eps, momentum=0.1)
    layer.training = training
    y = layer.forward(np.array(x, float)[:, None, None, :])
    dL_dx = layer.backward(np.array(dL_dy, float)[:, None, None, :])
    return y[:, 0, 0], layer.running_mean, layer.running_var, dL_dx[:, 0, 0], layer.dL_dbeta, layer.dL_dgamma


def flattened():
    layer = pool.Flatten()
    y = layer.forward(np.zeros((32, 16, 5, 5)))
    return y.shape, layer.backward(y).shape


def sides():
    """One side of an image before, and after every layer of LeNet that changes it."""
    found = [28]
    model = lenet.LeNet().eval()
    for module in model.modules():
        if isinstance(module, torch.nn.Conv2d | torch.nn.MaxPool2d):
            module.register_forward_hook(lambda module, inputs, output: found.append(output.shape[-1]))
    model(torch.zeros(1, 1, 28, 28))
    return found


def block(*sizes, stride=1):
    return resnet.BasicBlock(*sizes, stride=stride).eval()(torch.zeros(1, sizes[0], 32, 32)).shape


DIAGONAL = [[1, 0], [0, 10]]
TWO = [[1, 3], [1, 3]]
KERNEL = [[1, 0], [2, -1]]
NINE = [[1, 2, 3], [4, 5, 6], [7, 8, 9]]

DOCSTRINGS = {
    "In training, a channel that holds [1, 3] becomes [-1, 1]; with momentum 0.1 its running mean goes from 0 to 0.2 and "
    "its running variance from 1 to 1.1.": lambda: list(
        zip(normalised([[1, 3]], [[0, 0]])[:3], ([[-1, 1]], [0.2], [1.1]), strict=True)
    ),
    "In training, dL_dy = [1, 1] for a channel of two pixels gives dL_dx = [0, 0]: moving both pixels alike moves their "
    "mean, and y not at all. In evaluation it gives [1, 1] with the initial parameters (save for eps).": lambda: [
        (normalised([[1, 3]], [[1, 1]])[3], [[0, 0]]),
        (normalised([[1, 3]], [[1, 1]], training=False)[3], [[1, 1]]),
    ],
    "One channel, k = 2, W = [[1, 0], [0, 10]], b = [0]: the image [[1, 2], [3, 4]] gives [[41]].": lambda: [
        (conv2d(DIAGONAL, [0], [[1, 2], [3, 4]], [[2]])[0], [[41]])
    ],
    "One channel, k = 2, W = [[1, 0], [0, 10]], x = [[1, 2], [3, 4]] and dL_dy = [[2]]: dL_dx = [[2, 0], [0, 20]], "
    "dL_dW = [[2, 4], [6, 8]], dL_db = [2].": lambda: list(
        zip(
            conv2d(DIAGONAL, [0], [[1, 2], [3, 4]], [[2]])[1:],
            ([[2, 0], [0, 20]], [[2, 4], [6, 8]], [2]),
            strict=True,
        )
    ),
    "Followed through the network, one side of an image measures 28, 28, 14, 10, 5: a 5x5 convolution with padding 2, a "
    "halving, a 5x5 convolution without, a halving.": lambda: [(sides()[:5], [28, 28, 14, 10, 5])],
    "[[1, 2], [3, 4]] with k = 2 shows [[1]], [[2]], [[3]], [[4]].": lambda: [
        (np.ravel(list(pool.window_places(image([[1, 2], [3, 4]]), 2, 2))), [1, 2, 3, 4])
    ],
    "k = 2 turns [[1, 5, 0, 0], [3, 2, 0, 7]] into [[5, 7]].": lambda: [
        (pooled(pool.MaxPool2d(2), [[1, 5, 0, 0], [3, 2, 0, 7]], [[0, 0]])[0], [[5, 7]])
    ],
    "k = 2, x = [[1, 5], [3, 2]] and dL_dy = [[4]] give [[0, 4], [0, 0]].": lambda: [
        (pooled(pool.MaxPool2d(2), [[1, 5], [3, 2]], [[4]])[1], [[0, 4], [0, 0]])
    ],
    "k = 2 turns [[1, 5], [3, 3]] into [[3]].": lambda: [
        (pooled(pool.AvgPool2d(2), [[1, 5], [3, 3]], [[0]])[0], [[3]])
    ],
    "k = 2 and dL_dy = [[8]] give [[2, 2], [2, 2]].": lambda: [
        (pooled(pool.AvgPool2d(2), [[1, 5], [3, 3]], [[8]])[1], [[2, 2], [2, 2]])
    ],
    "(32, 16, 5, 5) becomes (32, 400).": lambda: [(flattened()[0], (32, 400))],
    "(32, 400) becomes (32, 16, 5, 5) again.": lambda: [(flattened()[1], (32, 16, 5, 5))],
    "BasicBlock(64, 128, stride=2) turns (N, 64, 32, 32) into (N, 128, 16, 16), so the input must change its shape before "
    "the sum; BasicBlock(64, 64) adds the input as it is.": lambda: [
        (block(64, 128, stride=2), (1, 128, 16, 16)),
        (block(64, 64), (1, 64, 32, 32)),
    ],
    "A 3x3 convolution from 256 to 256 channels has 9 * 256 * 256 = 589,824 parameters, one from 32 to 32 only 9,216: "
    "three million allow few wide ones.": lambda: [
        *((torch.nn.Conv2d(n, n, 3, bias=False).weight.numel(), said) for n, said in ((256, 589_824), (32, 9_216))),
        (sum(p.numel() for p in resnet.ResNetMini().parameters()) <= 3_000_000, True),
    ],
}

LESSON = {
    "x counts from 1 to 9, with padding 1 and stride 2": lambda: [
        (conv2d(KERNEL, [1], NINE, np.zeros((2, 2)), stride=2, padding=1)[0], [[0, 2], [-6, 13]])
    ],
    "The same kernel on a 3 × 3 image": lambda: list(
        zip(
            conv2d(KERNEL, [1], NINE, [[1, 0], [-1, 2]])[1:],
            ([[1, 0, 0], [1, 1, 0], [-2, 5, -2]], [[7, 9], [13, 15]], [2]),
            strict=True,
        )
    ),
    "One channel, two images of two pixels": lambda: list(
        zip(normalised(TWO, [[1, 0], [0, 3]], eps=0)[:3], ([[-1, 1], [-1, 1]], [0.2], [1.0333]), strict=True)
    ),
    "The x of above, with `dL_dy` = 1, 0 and 0, 3": lambda: list(
        zip(normalised(TWO, [[1, 0], [0, 3]], eps=0)[3:], ([[0.5, -1.5], [-0.5, 1.5]], [4], [2]), strict=True)
    ),
}
