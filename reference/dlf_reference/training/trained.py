"""What is left of a training: the model, how it came about, and what it makes of the test examples."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dlf_reference.training.common import Array


@dataclass(frozen=True)
class TrainedRun:
    """A finished training, as its pictures and its record need it.

    Attributes:
        id: the milestone, "m1.mnist".
        model: the trained model.
        losses: mean training loss of each epoch.
        accuracies: of the held-out examples after each epoch, in [0, 1].
        target: accuracy on the test examples that was to be reached.
        predictions, labels: classes of the test examples, (N,).
        examples: test images (N, H, W) or (N, C, H, W) uint8, or texts as rows of token numbers (N, T).
        lengths: of the texts, (N,); None for images.
        classes: their names.
        vocabulary: the word of each token number; empty for images.
    """

    id: str
    model: Any
    losses: tuple[float, ...]
    accuracies: tuple[float, ...]
    target: float
    predictions: Array
    labels: Array
    examples: Array
    lengths: Array | None
    classes: tuple[str, ...]
    vocabulary: tuple[str, ...] = ()

    @property
    def accuracy(self) -> float:
        """The share of test examples that are predicted right."""
        return float((self.predictions == self.labels).mean())
