"""What the predictions of a trained model show: one class for all, or texts of one length read worse than others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from dlf_reference import metrics

PADDING, LEAST = 0, 50  # the token behind a text; texts of a group that are compared with another
APART = 0.2  # of accuracy, between the 95 % intervals of two groups


def of_predictions(predictions: np.ndarray, examples: np.ndarray, labels: np.ndarray, names: Sequence[str]) -> str:
    """What stands out in the predictions of a model that missed its goal; "" where nothing does.

    Args:
        predictions, labels: (N,) class numbers.
        examples: (N, ...) what was predicted; (N, T) integers are texts, padded at their end.
        names: of the classes.
    """
    return " ".join(_stands_out(predictions, examples, labels, names))


def _stands_out(
    predictions: np.ndarray, examples: np.ndarray, labels: np.ndarray, names: Sequence[str]
) -> Iterator[str]:
    first = int(predictions[0])
    if len(set(labels.tolist())) > 1 and (predictions == first).all():
        yield f"It predicts {names[first] if 0 <= first < len(names) else first} for every test example."
    elif examples.ndim == 2 and examples.dtype.kind in "iu" and len(examples) == len(labels):
        yield from _by_length(predictions == labels, (examples != PADDING).sum(axis=1))


def _by_length(right: np.ndarray, lengths: np.ndarray) -> Iterator[str]:
    middle = int(np.median(lengths))
    short = lengths <= middle
    if min(short.sum(), (~short).sum()) < LEAST:
        return
    shares = [float(right[group].mean()) for group in (short, ~short)]
    intervals = [
        metrics.binomial_interval(share, int(group.sum())) for share, group in zip(shares, (short, ~short), strict=True)
    ]
    if max(low for low, _ in intervals) - min(high for _, high in intervals) > APART:
        told = [f"{100 * share:.0f} %" for share in shares]
        yield f"Of test texts of at most {middle} tokens {told[0]} are predicted right, of longer ones {told[1]}."
