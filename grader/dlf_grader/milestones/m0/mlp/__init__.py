"""TwoLayerMLP: the table of its checks, and its trainings."""

from __future__ import annotations

from dlf_grader.checks import Behaviour, Custom, FullTraining, Parity, Section, Training
from dlf_grader.model import Exercise

EXERCISE = Exercise("m0_mlp/mlp.py")
mlp = Section("m0.mlp", EXERCISE, f"{__name__}.subject:FORWARD", "the-multilayer-perceptron")
parts = Section("m0.mlp", EXERCISE, f"{__name__}.parts:NUM_PARAMETERS", "the-multilayer-perceptron")
claims = Section("m0.mlp", EXERCISE, f"{__name__}.claims:IN_USE", "the-multilayer-perceptron")
training = Section("m0", EXERCISE, f"{__name__}.subject:DIGITS", "training-on-mnist")
BACKWARDS = ("m0.linear.backward", "m0.linear.parameters", "m0.relu.backward", "m0.cross_entropy.backward")

CHECKS = (
    parts.check(
        "init",
        Custom("check_parts", mistakes="PARTS"),
        2,
        "TwoLayerMLP.__init__",
        "TwoLayerMLP has two linear layers, drawn from one rng",
        "Make the four parts from your own classes: fc1, relu, fc2, loss.",
        "fc1 goes from input_size to hidden_size, fc2 from there to num_classes. Pass the same rng to both.",
        after=("m0.linear.init",),
    ),
    parts.check(
        "num_parameters",
        Parity("num_parameters", kind="behaviour"),
        1,
        "TwoLayerMLP.num_parameters",
        "TwoLayerMLP counts its parameters, 101,770 by default",
        "Count every number that training may change: the weights and biases of both layers.",
        "Add the sizes of the four arrays: an array's size is the number of its elements.",
        after=("init",),
    ),
    mlp.check(
        "forward",
        Parity("logits"),
        3,
        "TwoLayerMLP.forward",
        "TwoLayerMLP.forward matches PyTorch",
        "Pass the output of each part to the next: fc1, relu, fc2.",
        "Return the output of fc2: those are the logits, and nothing comes after them.",
        after=("init", "m0.linear.forward", "m0.relu.forward"),
    ),
    mlp.check(
        "train_step",
        Parity("loss", "fc1.W", "fc1.b", "fc2.W", "fc2.b"),
        5,
        "TwoLayerMLP.train_step",
        "TwoLayerMLP.train_step takes PyTorch's step of SGD",
        "Go forward to the loss. Then call backward of each part in the opposite order, with the gradient before it.",
        "Start with loss.backward(), which takes no argument. Then come fc2, relu and fc1.",
        "Subtract lr × gradient from each of the four parameters. Return the loss from before the update.",
        subject="TRAIN_STEP",
        after=("forward", *BACKWARDS),
    ),
    mlp.check(
        "predict",
        Parity("classes", kind="behaviour"),
        2,
        "TwoLayerMLP.predict",
        "TwoLayerMLP.predict names the class with the largest logit",
        "Leave the softmax out: it keeps the order of the logits.",
        "Use argmax along each row. Is the dtype of the result int64?",
        subject="PREDICT",
        after=("forward",),
    ),
    mlp.check(
        "evaluate",
        Parity("accuracy", kind="behaviour"),
        2,
        "TwoLayerMLP.evaluate",
        "TwoLayerMLP.evaluate gives the share of right answers",
        "Compare the result of predict with y: that is an array of True and False.",
        "The mean of such an array is the share of True. Return it as a float.",
        subject="EVALUATE",
        after=("predict",),
    ),
    claims.check(
        "behaviour",
        Behaviour(),
        1,
        "TwoLayerMLP.train_step",
        "TwoLayerMLP changes nothing but its parameters, and those only in train_step",
        "Take two steps in a row, then predict. Does each find the parameters that the step before left?",
        "x and y belong to the caller, so leave them alone. A step with lr = 0 changes no parameter.",
        after=("train_step", "predict", "evaluate"),
    ),
    training.check(
        "digits",
        Training(),
        4,
        "TwoLayerMLP.train_step",
        "TwoLayerMLP reaches 90 % on digits",
        "One step: forward, loss, then backward through loss, fc2, relu and fc1, then the update of every parameter.",
        "If the loss falls and rises again, is the sign of the update right? If it stays, does a gradient get lost?",
        requires=("training",),
        after=("m0.mlp.train_step", "m0.mlp.predict"),
        timeout=120.0,
    ),
    training.check(
        "mnist",
        FullTraining(),
        0,
        "TwoLayerMLP.train_step",
        "TwoLayerMLP passes 98 % on MNIST's training images and 95 % on its test images",
        "The recipe is ours. If the small digits pass and this does not, look at dtype and speed.",
        "There are five epochs of 60,000 images: a layer that loops over samples runs out of time.",
        requires=("training", "long:1 minute", "data:mnist"),
        after=("m0.mlp.train_step", "m0.mlp.predict"),
        timeout=1800.0,
    ),
)
