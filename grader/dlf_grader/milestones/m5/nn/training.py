"""The learner's MLP learns to read digits, with nothing but their Tensors."""

from __future__ import annotations

from dlf_grader.instruments.training.models import Goal

DIGITS = Goal(
    "autograd:autograd_classifier",
    "MLP",
    "digits",
    arguments={"sizes": [64, 128, 10]},
    data_arguments={"size": 8},
    settings={"epochs": 30, "batch_size": 16, "lr": 0.1},
    test=0.95,
)
