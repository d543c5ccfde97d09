"""The training milestones of m0."""

from __future__ import annotations

from dlf_grader.milestones.section import Section
from dlf_grader.model import Check

full = Section("m0", "m0_mlp/mlp.py", "dlf_grader.instruments_old.training", "training-on-mnist")
training = Section("m0", "m0_mlp/mlp.py", "dlf_grader.milestones.m0.training", "training-on-mnist")

CHECKS: tuple[Check, ...] = (
    training.check(
        "digits",
        "training",
        4,
        "TwoLayerMLP.train_step",
        "TwoLayerMLP reaches 90 % on digits",
        "One step: forward, loss, backward through loss, fc2, relu, fc1, in that order; then lower every parameter.",
        "If the loss falls and rises again, look at the sign of the update; if it stays, at the gradients' way back.",
        run="on_digits",
        requires=("training",),
        after=("m0.mlp.train_step", "m0.mlp.predict"),
        timeout=120.0,
    ),
    full.check(
        "mnist",
        "training",
        0,
        "TwoLayerMLP.train_step",
        "TwoLayerMLP passes 98 % on MNIST's training images and 95 % on its test images",
        "The recipe is ours; if the small digits pass and this does not, look at dtype and speed.",
        "Five epochs of 60,000 images: a layer that loops over samples will be out of time.",
        run="milestone",
        requires=("training", "long:1 minute", "data:mnist"),
        after=("m0.mlp.train_step", "m0.mlp.predict"),
        timeout=1800.0,
    ),
)
