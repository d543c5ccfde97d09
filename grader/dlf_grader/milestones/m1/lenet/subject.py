"""LeNet as a subject: images of 28 × 28, and its quick training."""

from __future__ import annotations

import numpy as np

from dlf_grader.instruments.case import Array
from dlf_grader.instruments.subjects.network import Network
from dlf_grader.instruments.training.models import Goal


def _images(rng: np.random.Generator, count: int) -> tuple[Array, ...]:
    return (rng.standard_normal((count, 1, 28, 28)).astype(np.float32),)


LENET = Network("LeNet", _images, convolutions=1)
DIGITS = Goal(
    "images:classifier",
    "LeNet",
    "digits",
    settings={"epochs": 4, "batch_size": 32, "lr": 3e-3, "device": "cpu"},
    test=0.95,
)
