"""What a model answers while something of it, or of its input, is another."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlf_reference.training.probes import logits
from dlf_reference.training.watching import SecondSilenced


def without_second_convolution(model: Any, channels: int, *batches: np.ndarray) -> list[Any]:
    """What the model gives for batches if the 3 × 3 convolutions that take so many channels give zeros, then their
    number in one forward."""
    seen = SecondSilenced(channels)
    with seen:
        answers = [logits(model, x) for x in batches]
    return [*answers, seen.convolutions // len(batches)]
