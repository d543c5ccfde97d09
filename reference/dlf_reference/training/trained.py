"""What is left of a training: the model, how it came about, and what it makes of the test examples."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dlf_reference import metrics
from dlf_reference.data.classes import class_names
from dlf_reference.training.common import Array, Data, watched
from dlf_reference.training.config import Config


@dataclass(frozen=True)
class TrainedRun:
    """A finished training, as its pictures and its record need it.

    Attributes:
        id: the milestone, "m1.mnist".
        model: the trained model.
        losses: mean training loss of each epoch.
        accuracies: of the watched examples after each epoch, in [0, 1].
        watched: "held_out" examples, or "test" where none are held out.
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
    watched: str
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
        return metrics.accuracy(self.labels, self.predictions)


def trained_run(
    config: Config, model: Any, found: dict[str, Any], accuracies: list[float], data: Data, vocabulary: tuple[str, ...]
) -> TrainedRun:
    """Put together what is left of a training.

    Args:
        found: what the recipe gave.
        data: as its loader gave it.
    """
    return TrainedRun(
        id=config.id,
        model=model,
        losses=tuple(found["losses"]),
        accuracies=tuple(accuracies),
        watched=watched(data),
        target=config.target,
        predictions=found["test"],
        labels=data["y_test"],
        examples=_examples(data),
        lengths=data.get("lengths_test"),
        classes=class_names(config.data, data["y_train"]),
        vocabulary=vocabulary,
    )


def _examples(data: Data) -> Array:
    if "lengths_test" not in data:
        return data["x_test"]
    from dlf_reference.training.text import padded

    rows: Array = padded(data["x_test"], data["lengths_test"]).numpy()
    return rows
