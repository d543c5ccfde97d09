"""What a model shows that is not trained: as it is made, in training mode, and without a part of it."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import torch
from torch import nn

from dlf_reference.training.autopsy.forward.unusual import unusual
from dlf_reference.training.probes import logits, nothing_compiled, start_from
from dlf_reference.training.watching import SecondSilenced


def looked_at(model: nn.Module, vocabulary: int, all_count: bool, *inputs: np.ndarray) -> dict[str, Any]:
    """What is unusual in a new model, see `unusual`, with little waste on its few inputs."""
    with nothing_compiled():
        return unusual(model, vocabulary, all_count, *inputs)


def without_second_convolution(model: Any, channels: int, *batches: np.ndarray) -> list[Any]:
    """What the model gives for batches if the 3 × 3 convolutions that take so many channels give zeros, then their
    number in one forward."""
    seen = SecondSilenced(channels)
    with seen:
        answers = [logits(model, x) for x in batches]
    return [*answers, seen.convolutions // len(batches)]


def in_training_mode(model: nn.Module, seed: int, *batches: np.ndarray) -> list[Any]:
    """What the model gives for batches in training mode, each with the same random numbers, then its batch norms."""
    model.train()
    answers: list[Any] = []
    for x in batches:
        random.seed(seed)
        np.random.seed(seed)  # a learner's forward may draw from it
        start_from(seed)
        with torch.no_grad(), nothing_compiled():
            answers.append(model(torch.from_numpy(x)))
    return [*answers, [name for name, m in model.named_modules() if isinstance(m, nn.modules.batchnorm._BatchNorm)]]
