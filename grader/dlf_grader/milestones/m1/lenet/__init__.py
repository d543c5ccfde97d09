"""LeNet: the table of its checks, and its trainings."""

from __future__ import annotations

from dlf_grader.checks import FullTraining, Learns, Logits, Section, Training
from dlf_grader.model import Exercise

EXERCISE = Exercise("m1_cnn/lenet.py", "torch", "build it from torch.nn's layers")
SUBJECT = f"{__name__}.subject"
lenet = Section("m1.lenet", EXERCISE, f"{SUBJECT}:LENET", "lenet")
training = Section("m1", EXERCISE, f"{SUBJECT}:DIGITS", "training-on-mnist")

CHECKS = (
    lenet.check(
        "init",
        Learns(),
        2,
        "LeNet.__init__",
        "LeNet has parameters, and every one moves its logits",
        "Make each layer an attribute of the module. Call super().__init__() first.",
        "Two rounds of convolution, ReLU and pooling; then flatten, and two or three nn.Linear.",
        "How many numbers does the last pooling leave? channels · height · width is the first nn.Linear's in_features.",
    ),
    lenet.check(
        "forward",
        Logits(),
        3,
        "LeNet.forward",
        "LeNet turns (N, 1, 28, 28) into a row of logits for each image",
        "Follow one image: write down (channels, height, width) after every layer.",
        "Return logits, without a softmax. num_classes is the size of the last layer.",
        after=("init",),
    ),
)
TRAININGS = (
    training.check(
        "digits",
        Training(),
        3,
        "LeNet.forward",
        "LeNet reaches 95 % on digits",
        "The recipe is ours, so look at the network: is there a ReLU after every layer but the last?",
        "Return the output of the last nn.Linear: logits that went through a softmax train slowly.",
        requires=("training",),
        after=("m1.lenet.forward",),
        timeout=180.0,
    ),
    training.check(
        "mnist",
        FullTraining(),
        0,
        "LeNet.forward",
        "LeNet reaches 99 % on MNIST in five epochs",
        "Try more channels in the convolutions: they help more than wider linear layers.",
        "Try batch normalisation after each convolution: it is worth half a percent.",
        requires=("training", "long:3 minutes", "data:mnist"),
        after=("m1.lenet.forward",),
        timeout=3600.0,
    ),
)
