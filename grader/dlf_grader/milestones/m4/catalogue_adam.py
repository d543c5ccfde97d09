"""What m4 checks of Adam and AdamW."""

from __future__ import annotations

from dlf_grader.milestones.m4.hints import COURSE, IN_PLACE, LEARNS, LEARNS_SECONDS
from dlf_grader.milestones.section import Section

ADAM, MODULE = "m4_optimisers/adam.py", "dlf_grader.milestones.m4.adam"

adam = Section("m4.adam", ADAM, MODULE, "adam")
adamw = Section("m4.adamw", ADAM, MODULE, "adamw")
CHECKS = (
    adam.check(
        "step",
        "parity",
        9,
        "Adam._move",
        "Adam.step matches PyTorch from the first step on",
        "Two running means: of the gradient with the first beta, of its square with the second.",
        "After one step from zero a mean holds 1 - beta of what it should: that is what the correction divides by.",
        "Raise the count once a step, before it is used, and divide the means by 1 - beta^t.",
        "Move by lr times the corrected mean, over the root of the corrected mean square plus eps.",
    ),
    adam.check(
        "weight_decay",
        "parity",
        3,
        "Adam._move",
        "Adam lets weight decay join the gradient, and so both means",
        "As in SGD: the decay is part of the slope, before anything is done with it.",
        "Take the gradient plus weight_decay times the parameter, in a new array, and use only that.",
        after=("step",),
        lesson="weight-decay",
    ),
    adam.check(
        "course",
        "parity",
        2,
        "Adam._move",
        "Adam stays with PyTorch for fifty steps, down a bowl and down a network's loss",
        *COURSE,
        after=("weight_decay",),
    ),
    adam.check(
        "in_place",
        "behaviour",
        4,
        "Adam._move",
        "Adam moves the caller's own arrays, and touches nothing else",
        *IN_PLACE,
        after=("step",),
        lesson="in-place",
    ),
    adam.check(
        "learns",
        "training",
        2,
        "Adam._move",
        "Adam drives a small CNN and a small LSTM under a loss of 0.3",
        *LEARNS,
        after=("step", "in_place"),
        requires=("training",),
        timeout=LEARNS_SECONDS,
        lesson="training",
    ),
    adamw.check(
        "step",
        "parity",
        8,
        "AdamW.step",
        "AdamW.step decays the weights apart from the gradient, as PyTorch does",
        "Which weights does Adam's scaling hold back from decaying, and which does it not?",
        "The decay multiplies every weight by a number a little below 1; gradient and means never see it.",
        "First w *= 1 - lr · weight_decay, in place, then Adam's own step on the bare gradient.",
        run="decoupled",
        after=("m4.adam.step",),
    ),
    adamw.check(
        "course",
        "parity",
        2,
        "AdamW.step",
        "AdamW stays with PyTorch for fifty steps, down a bowl and down a network's loss",
        *COURSE,
        run="decoupled_course",
        after=("step",),
    ),
    adamw.check(
        "in_place",
        "behaviour",
        3,
        "AdamW.step",
        "AdamW moves the caller's own arrays, and touches nothing else",
        *IN_PLACE,
        run="decoupled_in_place",
        after=("step",),
        lesson="in-place",
    ),
    adamw.check(
        "learns",
        "training",
        2,
        "AdamW.step",
        "AdamW drives a small CNN and a small LSTM under a loss of 0.3",
        *LEARNS,
        run="decoupled_learns",
        after=("step", "in_place"),
        requires=("training",),
        timeout=LEARNS_SECONDS,
        lesson="training",
    ),
)
