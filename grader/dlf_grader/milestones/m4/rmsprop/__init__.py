"""RMSProp: the table of its checks."""

from __future__ import annotations

from dlf_grader.checks import Parity, Section
from dlf_grader.milestones.m4.every_optimiser import compared, in_place, learns, trajectory
from dlf_grader.model import Exercise

EXERCISE = Exercise("m4_optimisers/rmsprop.py")
rmsprop = Section("m4.rmsprop", EXERCISE, f"{__name__}.subject:RMSPROP", "rmsprop")

CHECKS = (
    rmsprop.check(
        "step",
        Parity(),
        7,
        "RMSProp.step",
        "RMSProp.step divides each gradient by the root of its mean square, as PyTorch does",
        "Follow one number by hand. The mean square starts at 0: how large is it after the first gradient?",
        "Keep alpha of the old mean square, and add 1 - alpha of the squared gradient. Then use the result.",
        "Divide the gradient by the root plus eps. Take the root first, then add eps.",
    ),
    rmsprop.check(
        "momentum",
        Parity(),
        4,
        "RMSProp.step",
        "RMSProp with momentum accumulates gradients that are already scaled",
        "There are two arrays of state, mean squares and velocities. Which must be up to date before the other?",
        "Multiply the velocity by momentum, add the scaled gradient, and move by lr times the velocity.",
        subject="MOMENTUM",
        after=("step",),
    ),
    rmsprop.check(
        "weight_decay",
        Parity(),
        3,
        "RMSProp.step",
        "RMSProp adds the weight decay to the gradient before anything else",
        "As in SGD: what is the gradient of the penalty, and where do you add it?",
        "Compute the gradient plus weight_decay times the parameter. Square that sum, and divide that sum.",
        subject="WEIGHT_DECAY",
        after=("momentum",),
        lesson="weight-decay",
    ),
    trajectory(rmsprop, "RMSProp.step", "TRAJECTORY", "weight_decay"),
    in_place(rmsprop, "RMSProp.step", "IN_PLACE", 3),
    learns(rmsprop, "RMSProp.step", "LEARNS", "step", "in_place"),
)
COMPARED = compared(
    EXERCISE,
    "RMSProp.step",
    f"{__name__}.subject:COMPARED",
    "RMSProp trains LeNet and a SentimentLSTM",
    "m4.rmsprop.learns",
)
