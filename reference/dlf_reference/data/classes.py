"""What the classes of a data set are called."""

from __future__ import annotations

import numpy as np

from dlf_reference.data.text import AG_NEWS, IMDB
from dlf_reference.data.vision import CIFAR10_CLASSES

NAMES = {"vision:cifar10": CIFAR10_CLASSES, "text:imdb": IMDB.classes, "text:ag_news": AG_NEWS.classes}


def class_names(loader: str, labels: np.ndarray) -> tuple[str, ...]:
    """Names of the classes of what a loader gives, "vision:mnist"; their numbers where they have none."""
    return NAMES.get(loader) or tuple(str(number) for number in range(int(labels.max()) + 1))
