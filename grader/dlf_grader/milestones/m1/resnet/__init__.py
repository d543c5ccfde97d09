"""BasicBlock and ResNetMini: the tables of their checks, and the training."""

from __future__ import annotations

from dlf_grader.checks import Custom, FullTraining, Learns, Logits, Section
from dlf_grader.model import Exercise

EXERCISE = Exercise("m1_cnn/resnet.py", "torch", "build it from torch.nn's layers")
SUBJECT = f"{__name__}.subject"
block = Section("m1.basic_block", EXERCISE, f"{SUBJECT}:BASIC_BLOCK", "residual-networks")
resnet = Section("m1.resnet", EXERCISE, f"{SUBJECT}:RESNET_MINI", "residual-networks")
training = Section("m1", EXERCISE, SUBJECT, "training-on-cifar-10")

CHECKS = (
    block.check(
        "init",
        Custom("has_two_convolutions"),
        1,
        "BasicBlock.__init__",
        "BasicBlock has two 3 × 3 convolutions",
        "Give both padding 1, and only the first the stride.",
        "Where stride or channels change the shape, project the identity path: a 1 × 1 convolution with that stride.",
    ),
    block.check(
        "forward",
        Custom("adds_its_input", mistakes="BLOCK_MISTAKES"),
        2,
        "BasicBlock.forward",
        "BasicBlock gives the right shape, and adds its input to what both convolutions compute",
        "Which two paths start from x and meet in a sum? One computes, the other passes x (or its projection) on.",
        "Put the last ReLU before or after the sum, and nothing else between x and the sum.",
        after=("init",),
    ),
    resnet.check(
        "init",
        Learns(),
        2,
        "ResNetMini.__init__",
        "ResNetMini has at most three million parameters, and every one moves its logits",
        "How many weights has a 3 × 3 convolution? 9 · in · out: twice the channels cost four times as much.",
        "A first convolution, then three stages of one or two blocks: each halves the size and doubles the channels.",
        after=("m1.basic_block.forward",),
    ),
    resnet.check(
        "forward",
        Logits(),
        3,
        "ResNetMini.forward",
        "ResNetMini turns (N, 3, 32, 32) into a row of logits for each image",
        "After the last stage, average over height and width. Then add one nn.Linear.",
        "Return logits, without a softmax. num_classes is the size of the last layer.",
        after=("init",),
    ),
)
TRAININGS = (
    training.check(
        "cifar10",
        FullTraining(),
        0,
        "ResNetMini.forward",
        "ResNetMini reaches 70 % on CIFAR-10",
        "Does the accuracy rise from epoch to epoch? If not, does the gradient reach the first layer?",
        "Try batch normalisation after every convolution, and more channels where images are small.",
        requires=("training", "long:35 minutes", "data:cifar10"),
        after=("m1.resnet.forward",),
        timeout=6 * 3600.0,
    ),
)
