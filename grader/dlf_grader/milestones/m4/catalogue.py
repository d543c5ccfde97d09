"""What m4 checks, worth 100 points: a table to read; the checks themselves are in the modules beside it."""

from __future__ import annotations

from dlf_grader.milestones.m4 import catalogue_adam
from dlf_grader.milestones.m4.hints import COURSE, IN_PLACE, LEARNS, LEARNS_SECONDS
from dlf_grader.milestones.section import Section
from dlf_grader.model import Check, Exercise, Milestone

HERE = "dlf_grader.milestones.m4"

MILESTONE = Milestone(
    "m4",
    "optimisers",
    "m4_optimisers",
    (
        Exercise("m4_optimisers/sgd.py"),
        Exercise("m4_optimisers/rmsprop.py"),
        Exercise("m4_optimisers/adam.py"),
        Exercise("m4_optimisers/schedules.py"),
    ),
)

sgd = Section("m4.sgd", "m4_optimisers/sgd.py", f"{HERE}.sgd", "gradient-descent")
SGD = (
    sgd.check(
        "step",
        "parity",
        6,
        "SGD.step",
        "SGD.step goes downhill as PyTorch does",
        "One number first: the gradient says which way is up, lr how far to go.",
        "With zero momentum the velocity is the gradient itself, so one rule can serve both.",
        "For every parameter subtract self.lr times the gradient, into the array: w -= ...",
    ),
    sgd.check(
        "momentum",
        "parity",
        6,
        "SGD.step",
        "SGD with momentum keeps its velocity from step to step",
        "Follow two steps by hand: what is left of the first gradient in the second step?",
        "Multiply the velocity by momentum, add the gradient to it in full, then move along the velocity.",
        "The velocity holds no lr: multiply when you move, so that a change of lr reaches the whole velocity.",
        after=("step",),
        lesson="momentum",
    ),
    sgd.check(
        "nesterov",
        "parity",
        4,
        "SGD.step",
        "SGD with nesterov looks ahead along the velocity",
        "The velocity will carry you further anyway: which step would you take from there?",
        "The velocity is updated as before; only the direction you move along is another one.",
        "Move along the gradient plus momentum times the new velocity.",
        after=("momentum",),
        lesson="momentum",
    ),
    sgd.check(
        "weight_decay",
        "parity",
        3,
        "SGD.step",
        "SGD lets weight decay join the gradient",
        "Weight decay is the slope of a penalty on the square of each weight: what is the slope of w² / 2?",
        "Before anything else, take the gradient plus weight_decay times the parameter, in a new array.",
        after=("momentum",),
        lesson="weight-decay",
    ),
    sgd.check(
        "course",
        "parity",
        2,
        "SGD.step",
        "SGD stays with PyTorch for fifty steps, down a bowl and down a network's loss",
        *COURSE,
        after=("weight_decay", "nesterov"),
        lesson="momentum",
    ),
    sgd.check(
        "in_place",
        "behaviour",
        4,
        "SGD.step",
        "SGD moves the caller's own arrays, and touches nothing else",
        *IN_PLACE,
        after=("step",),
        lesson="in-place",
    ),
    sgd.check(
        "learns",
        "training",
        2,
        "SGD.step",
        "SGD drives a small CNN and a small LSTM under a loss of 0.3",
        *LEARNS,
        after=("momentum", "in_place"),
        requires=("training",),
        timeout=LEARNS_SECONDS,
        lesson="training",
    ),
)

rmsprop = Section("m4.rmsprop", "m4_optimisers/rmsprop.py", f"{HERE}.rmsprop", "rmsprop")
RMSPROP = (
    rmsprop.check(
        "step",
        "parity",
        7,
        "RMSProp.step",
        "RMSProp.step divides each gradient by the root of its mean square, as PyTorch does",
        "Follow one number by hand: how large is the mean square after the first gradient, if it started at 0?",
        "alpha of the old mean square stays, 1 - alpha of the gradient's square joins it; then it is used.",
        "Divide the gradient by the root plus eps: root first, eps after it.",
    ),
    rmsprop.check(
        "momentum",
        "parity",
        4,
        "RMSProp.step",
        "RMSProp with momentum gathers gradients that are scaled already",
        "There are two things to gather, squares and velocity: which of them must be there before the other?",
        "Multiply the velocity by momentum, add the scaled gradient, move by lr times the velocity.",
        after=("step",),
    ),
    rmsprop.check(
        "weight_decay",
        "parity",
        3,
        "RMSProp.step",
        "RMSProp lets weight decay join the gradient before anything else",
        "As in SGD: what is the slope of the penalty, and where does it join?",
        "The gradient plus weight_decay times the parameter is what is squared, and what is divided.",
        after=("momentum",),
        lesson="weight-decay",
    ),
    rmsprop.check(
        "course",
        "parity",
        2,
        "RMSProp.step",
        "RMSProp stays with PyTorch for fifty steps, down a bowl and down a network's loss",
        *COURSE,
        after=("weight_decay",),
    ),
    rmsprop.check(
        "in_place",
        "behaviour",
        3,
        "RMSProp.step",
        "RMSProp moves the caller's own arrays, and touches nothing else",
        *IN_PLACE,
        after=("step",),
        lesson="in-place",
    ),
    rmsprop.check(
        "learns",
        "training",
        2,
        "RMSProp.step",
        "RMSProp drives a small CNN and a small LSTM under a loss of 0.3",
        *LEARNS,
        after=("step", "in_place"),
        requires=("training",),
        timeout=LEARNS_SECONDS,
        lesson="training",
    ),
)

schedules = Section("m4.schedules", "m4_optimisers/schedules.py", f"{HERE}.schedules", "schedules")
SCHEDULES = (
    schedules.check(
        "step_decay",
        "parity",
        5,
        "step_decay",
        "step_decay falls by gamma after every step_size steps, as StepLR does",
        "Write down the falls so far for steps 0 to 6 with step_size = 2: 0, 0, 1, 1, ...",
        "That is a division in whole numbers; gamma is raised to its result.",
    ),
    schedules.check(
        "cosine_annealing",
        "parity",
        7,
        "cosine_annealing",
        "cosine_annealing falls along half a cosine, as CosineAnnealingLR does",
        "How large must the share of base_lr be at step 0, in the middle, and at total_steps?",
        "The angle is π · step / total_steps; 1 + cos of it runs from 2 to 0.",
        "That share, halved, is what is left of base_lr - min_lr; add min_lr.",
    ),
    schedules.check(
        "linear_warmup",
        "parity",
        5,
        "linear_warmup",
        "linear_warmup rises in equal parts to base_lr and stays there, as LinearLR does",
        "With four steps of warm-up the shares are 1/4, 2/4, 3/4, 4/4, and 1 from then on.",
        "Step 0 has one part already: (step + 1) / warmup_steps, but never more than 1.",
    ),
)

CHECKS: tuple[Check, ...] = (*SGD, *RMSPROP, *catalogue_adam.CHECKS, *SCHEDULES)
