"""What m1 checks of the PyTorch models, and the training milestones."""

from __future__ import annotations

from dlf_grader.milestones.section import Section
from dlf_grader.model import Check

MODELS = "dlf_grader.milestones.m1.models"

lenet = Section("m1.lenet", "m1_cnn/lenet.py", MODELS, "lenet")
block = Section("m1.basic_block", "m1_cnn/resnet.py", MODELS, "residual-networks")
resnet = Section("m1.resnet", "m1_cnn/resnet.py", MODELS, "residual-networks")
on_mnist = Section("m1", "m1_cnn/lenet.py", "dlf_grader.instruments_old.training", "training-on-mnist")
on_cifar10 = Section("m1", "m1_cnn/resnet.py", "dlf_grader.instruments_old.training", "training-on-cifar-10")
training = Section("m1", "m1_cnn/lenet.py", MODELS, "training-on-mnist")

CHECKS: tuple[Check, ...] = (
    lenet.check(
        "init",
        "behaviour",
        2,
        "LeNet.__init__",
        "LeNet has parameters, and a gradient reaches every one",
        "Layers become part of a module when they are attributes of it; call super().__init__() first.",
        "Two rounds of convolution, ReLU and pooling; then flatten, and two or three nn.Linear.",
        "The first nn.Linear takes channels · height · width of what the last pooling leaves.",
        run="lenet_size",
    ),
    lenet.check(
        "forward",
        "behaviour",
        3,
        "LeNet.forward",
        "LeNet turns (N, 1, 28, 28) into a row of logits for each image",
        "Follow one image: write down (channels, height, width) after every layer.",
        "Return logits: no softmax at the end. num_classes sets the size of the last layer.",
        run="lenet_forward",
        after=("init",),
    ),
    block.check(
        "init",
        "behaviour",
        1,
        "BasicBlock.__init__",
        "BasicBlock has two 3 × 3 convolutions",
        "Both have padding 1; only the first has the stride.",
        "Where stride or channels change the shape, the identity path needs a 1 × 1 convolution with that stride.",
        run="block_size",
    ),
    block.check(
        "forward",
        "behaviour",
        2,
        "BasicBlock.forward",
        "BasicBlock gives the right shape and adds its input",
        "Two paths start from x and meet in a sum: one computes, the other only carries x (or its projection).",
        "Before or after the last ReLU is up to you, but nothing else may stand between x and the sum.",
        run="block_forward",
        after=("init",),
    ),
    resnet.check(
        "init",
        "behaviour",
        2,
        "ResNetMini.__init__",
        "ResNetMini has at most three million parameters, and a gradient reaches every one",
        "A 3 × 3 convolution has 9 · in · out weights: doubling the channels costs four times as much.",
        "A first convolution, three stages of one or two blocks, each stage half the size and twice the channels.",
        run="resnet_size",
        after=("m1.basic_block.forward",),
    ),
    resnet.check(
        "forward",
        "behaviour",
        3,
        "ResNetMini.forward",
        "ResNetMini turns (N, 3, 32, 32) into a row of logits for each image",
        "After the last stage, average over height and width; then one nn.Linear.",
        "Return logits: no softmax at the end. num_classes sets the size of the last layer.",
        run="resnet_forward",
        after=("init",),
    ),
    training.check(
        "digits",
        "training",
        3,
        "LeNet.forward",
        "LeNet reaches 95 % on digits",
        "The recipe is ours, so look at the network: is there a ReLU after every layer but the last?",
        "Logits that went through a softmax train slowly: return what the last nn.Linear gives.",
        run="on_digits",
        requires=("training",),
        after=("m1.lenet.forward",),
        timeout=180.0,
    ),
    on_mnist.check(
        "mnist",
        "training",
        0,
        "LeNet.forward",
        "LeNet reaches 99 % on MNIST in five epochs",
        "More channels in the convolutions help more than more neurons behind them.",
        "Batch normalisation after each convolution is worth half a percent.",
        run="milestone",
        requires=("training", "long:3 minutes", "data:mnist"),
        after=("m1.lenet.forward",),
        timeout=3600.0,
    ),
    on_cifar10.check(
        "cifar10",
        "training",
        0,
        "ResNetMini.forward",
        "ResNetMini reaches 70 % on CIFAR-10",
        "Look at the accuracy after each epoch: does it rise at all? If not, does the gradient reach the first layer?",
        "Batch normalisation after every convolution, an open identity path, and more channels where images are small.",
        run="milestone",
        requires=("training", "long:35 minutes", "data:cifar10"),
        after=("m1.resnet.forward",),
        timeout=6 * 3600.0,
    ),
)
