"""Adam and AdamW: the tables of their checks."""

from __future__ import annotations

from dlf_grader.checks import Parity, Section
from dlf_grader.milestones.m4.every_optimiser import compared, in_place, learns, trajectory
from dlf_grader.model import Exercise

EXERCISE = Exercise("m4_optimisers/adam.py")
adam = Section("m4.adam", EXERCISE, f"{__name__}.subject:ADAM", "adam")
adamw = Section("m4.adamw", EXERCISE, f"{__name__}.subject:ADAMW", "adamw")

ADAM = (
    adam.check(
        "step",
        Parity(),
        9,
        "Adam._move",
        "Adam.step matches PyTorch from the first step on",
        "Keep two running means: of the gradient with the first beta, of its square with the second.",
        "A mean starts at zero. Which share of the gradient does it hold after one step? Divide by that share.",
        "Raise the count once in each step, before you use it, and divide the means by 1 - beta^t.",
        "Move by lr times the corrected mean, divided by the root of the corrected mean square plus eps.",
    ),
    adam.check(
        "weight_decay",
        Parity(),
        3,
        "Adam._move",
        "Adam adds the weight decay to the gradient, and so to both means",
        "As in SGD: the decay is part of the gradient. What must happen before the means see it?",
        "Compute the gradient plus weight_decay times the parameter, in a new array, and use only that.",
        subject="WEIGHT_DECAY",
        after=("step",),
        lesson="weight-decay",
    ),
    trajectory(adam, "Adam._move", "TRAJECTORY", "weight_decay"),
    in_place(adam, "Adam._move", "IN_PLACE", 4),
    learns(adam, "Adam._move", "LEARNS", "step", "in_place"),
)
ADAMW = (
    adamw.check(
        "step",
        Parity(),
        8,
        "AdamW.step",
        "AdamW.step decays the weights directly, not through the gradient, as PyTorch does",
        "If the decay is part of Adam's gradient, which weights hardly decay?",
        "Multiply every weight by a number a little below 1. The gradient and the means must not contain the decay.",
        "First w *= 1 - lr · weight_decay, in place, then Adam's own step on the plain gradient.",
        after=("m4.adam.step",),
    ),
    trajectory(adamw, "AdamW.step", "ADAMW_TRAJECTORY", "step"),
    in_place(adamw, "AdamW.step", "ADAMW_IN_PLACE", 3),
    learns(adamw, "AdamW.step", "ADAMW_LEARNS", "step", "in_place"),
)
CHECKS = (*ADAM, *ADAMW)
COMPARED = compared(
    EXERCISE,
    "Adam.step",
    f"{__name__}.subject:COMPARED",
    "Adam and AdamW train LeNet and a SentimentLSTM",
    "m4.adamw.learns",
)
