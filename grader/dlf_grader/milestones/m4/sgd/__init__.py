"""SGD: the table of its checks."""

from __future__ import annotations

from dlf_grader.checks import Parity, Section
from dlf_grader.milestones.m4.every_optimiser import compared, in_place, learns, trajectory
from dlf_grader.model import Exercise

EXERCISE = Exercise("m4_optimisers/sgd.py")
sgd = Section("m4.sgd", EXERCISE, f"{__name__}.subject:SGD", "gradient-descent")

CHECKS = (
    sgd.check(
        "step",
        Parity(),
        6,
        "SGD.step",
        "SGD.step matches PyTorch",
        "Start with one number. The gradient points uphill, and lr says how far to go. Which way is down?",
        "With zero momentum the velocity is the gradient itself. Can one rule serve both?",
        "Subtract self.lr times the gradient from every parameter. Write into the array: w -= ...",
    ),
    sgd.check(
        "momentum",
        Parity(),
        6,
        "SGD.step",
        "SGD with momentum keeps its velocity from step to step",
        "Follow two steps by hand. How much of the first gradient is left in the second step?",
        "Multiply the velocity by momentum, add the whole gradient to it, then move along the velocity.",
        "Keep lr out of the velocity and multiply when you move: then a new lr applies to the whole velocity.",
        subject="MOMENTUM",
        after=("step",),
        lesson="momentum",
    ),
    sgd.check(
        "nesterov",
        Parity(),
        4,
        "SGD.step",
        "SGD with nesterov looks ahead along the velocity",
        "The velocity will carry you further anyway. Which step would you take from there?",
        "Update the velocity as before. Only the direction of the move changes.",
        "Move along the gradient plus momentum times the new velocity.",
        subject="NESTEROV",
        after=("momentum",),
        lesson="momentum",
    ),
    sgd.check(
        "weight_decay",
        Parity(),
        3,
        "SGD.step",
        "SGD adds the weight decay to the gradient",
        "Weight decay is the gradient of a penalty on the square of each weight. What is the derivative of w² / 2?",
        "Before anything else, compute the gradient plus weight_decay times the parameter, in a new array.",
        subject="WEIGHT_DECAY",
        after=("momentum",),
        lesson="weight-decay",
    ),
    trajectory(sgd, "SGD.step", "TRAJECTORY", "weight_decay", "nesterov", lesson="momentum"),
    in_place(sgd, "SGD.step", "IN_PLACE", 4),
    learns(sgd, "SGD.step", "LEARNS", "momentum", "in_place"),
)
COMPARED = compared(
    EXERCISE,
    "SGD.step",
    f"{__name__}.subject:COMPARED",
    "SGD with momentum trains LeNet and a SentimentLSTM",
    "m4.sgd.learns",
)
