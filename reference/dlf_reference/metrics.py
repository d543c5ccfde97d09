"""How good predictions are: what the record of a training, its card and the grader count with."""

from __future__ import annotations

import numpy as np

Array = np.ndarray


def accuracy(labels: Array, predictions: Array) -> float:
    """The share of predictions that are right.

    Args:
        labels, predictions: class numbers, (N,).
    """
    return float(np.mean(labels == predictions))


def confusion_matrix(labels: Array, predictions: Array, classes: int) -> Array:
    """How often each class was taken for each: row = label, column = prediction, (classes, classes) int64.

    Args:
        labels, predictions: class numbers below `classes`, (N,).
    """
    counts = np.bincount(labels * classes + predictions, minlength=classes**2)
    return counts.reshape(classes, classes)


def macro_f1(labels: Array, predictions: Array, classes: int) -> float:
    """The mean over classes of the harmonic mean of precision and recall: a rare class counts as much as a common one.

    A class that neither occurs nor is predicted counts 0.

    Args:
        labels, predictions: class numbers below `classes`, (N,).
    """
    counts = confusion_matrix(labels, predictions, classes)
    right, either = counts.diagonal(), counts.sum(axis=0) + counts.sum(axis=1)
    return float(np.mean(2 * right / np.maximum(either, 1)))


def perplexity(log_probabilities: Array) -> float:
    """Among how many equally likely classes a model seems to choose: the exponential of its mean cross-entropy.

    Args:
        log_probabilities: natural logarithms of what the model gave the right answers, any shape.
    """
    return float(np.exp(-np.mean(log_probabilities)))


def binomial_interval(share: float, count: int, confidence: float = 0.95) -> tuple[float, float]:
    """The exact binomial interval of a share observed among `count` (Clopper and Pearson, 1934)."""
    from scipy.special import betaincinv  # half a second to import, and only training needs it

    right, tail = round(share * count), (1 - confidence) / 2
    low = float(betaincinv(right, count - right + 1, tail)) if right else 0.0
    high = float(betaincinv(right + 1, count - right, 1 - tail)) if right < count else 1.0
    return low, high
