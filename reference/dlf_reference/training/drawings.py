"""What there is to see of a finished training, as arrays and words: drawn by `plots.gallery`, here or elsewhere.

Nothing here looks into a model: what was found in one (by `inside`) comes in as arrays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from dlf_reference import metrics
from dlf_reference.training.common import Array

MOST_KERNELS, MOST_HEADS, MOST_BINS, MOST_MISTAKEN = 64, 4, 8, 16  # that are shown
FEWEST_WORDS, MOST_WORDS = 8, 20  # of a text whose attention fits on the axes
TEXTS, WORDS = 64, 256  # at most, that the norms of blocks are measured on
PADDING, UNKNOWN = 0, 1  # as the tokeniser numbers them


@dataclass(frozen=True)
class Drawing:
    """One picture, to be drawn.

    Attributes:
        kind: "curves", "confusion", "mistaken", "lengths", "filters", "activations", "attention", "norms",
            "optimisers", "layers" or "repaired".
        arrays, words: what is in it, by name; each maker below says which.
    """

    kind: str
    arrays: Mapping[str, Array]
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


# -- of how it went -------------------------------------------------------------------------------


def curves(losses: Sequence[float], accuracies: Sequence[float], target: float, watched: str) -> Drawing:
    """Mean training loss and accuracy after each epoch, and the accuracy to be reached, in [0, 1].

    Args:
        watched: whose accuracies they are, "held_out" or "test".
    """
    arrays = {"losses": np.asarray(losses, float), "accuracies": np.asarray(accuracies, float)}
    return Drawing("curves", arrays | {"target": np.asarray(target, float)}, {"watched": (watched.replace("_", "-"),)})


def optimisers(losses: Mapping[str, Mapping[str, Sequence[float]]], goals: Mapping[str, float]) -> Drawing:
    """The loss of every step, by network and optimiser; and of a network the loss to be reached."""
    runs = [(network, name, np.asarray(of, float)) for network, found in losses.items() for name, of in found.items()]
    return Drawing(
        "optimisers",
        {"goals": np.array([goals.get(network, np.nan) for network, _, _ in runs])}
        | {f"losses {at}": values for at, (_, _, values) in enumerate(runs)},
        {"networks": tuple(network for network, _, _ in runs), "names": tuple(name for _, name, _ in runs)},
    )


def by_layer(values: Mapping[str, float], what: str) -> Drawing:
    """A number of each layer, first to last.

    Args:
        what: "gradient", norms, or "dead", shares.
    """
    return Drawing("layers", {"values": np.array([*values.values()])}, {"names": tuple(values), "what": (what,)})


def repaired(losses: Sequence[float], better: Sequence[float], change: str) -> Drawing:
    """The loss of each step of a short training, and of another with one change."""
    arrays = {"losses": np.asarray(losses, float), "better": np.asarray(better, float)}
    return Drawing("repaired", arrays, {"change": (change,)})


# -- of what it predicts --------------------------------------------------------------------------


def confusion(labels: Array, predictions: Array, classes: Sequence[str]) -> Drawing:
    """Test examples by class and predicted class; both are numbers of `classes`."""
    counts = metrics.confusion_matrix(labels, predictions, len(classes))
    return Drawing("confusion", {"counts": counts}, {"classes": (*classes,)})


def are_images(examples: Array) -> bool:
    """Whether examples are images that can be shown: (N, H, W) or (N, C, H, W) uint8, C = 1 or 3."""
    return examples.dtype == np.uint8 and (examples.ndim == 3 or (examples.ndim == 4 and examples.shape[1] in (1, 3)))


def mistaken(
    images: Array, labels: Array, predictions: Array, classes: Sequence[str], sureness: Array | None = None
) -> Drawing | None:
    """The test images that are predicted wrong, the worst first; None where there are none.

    Args:
        images: as `are_images` has them.
        sureness: of each wrong one, in the order of the images, the probability of what was predicted; without it
            they stay in that order.
    """
    wrong = np.flatnonzero(labels != predictions)
    if not len(wrong):
        return None
    order = np.arange(len(wrong)) if sureness is None else np.argsort(-sureness, kind="stable")
    shown = wrong[order[:MOST_MISTAKEN]]
    arrays = {"images": images[shown], "true": labels[shown], "guessed": predictions[shown]}
    arrays |= {"wrong": np.array(len(wrong)), "all": np.array(len(labels))}
    if sureness is not None:
        arrays["sureness"] = sureness[order[:MOST_MISTAKEN]]
    return Drawing("mistaken", arrays, {"classes": (*classes,)})


def lengths(counts: Array, wrong: Array) -> Drawing:
    """Texts in bins of about the same count, by length; texts of the same length stay together.

    Args:
        counts: words of each text, (N,).
        wrong: whether it is predicted wrong, (N,) bool.
    """
    edges = np.unique(np.quantile(counts, np.arange(1, MOST_BINS) / MOST_BINS, method="higher"))
    places = np.searchsorted(edges, counts, side="right")
    bins = [(counts[here].min(), counts[here].max(), here.sum(), np.count_nonzero(wrong[here]))
            for here in (places == number for number in np.unique(places))]  # fmt: skip
    return Drawing("lengths", {"bins": np.array(bins, np.int64)})  # (bins, 4): shortest, longest, count, wrong


# -- of what was found in a model -----------------------------------------------------------------


def filters(kernels: Array, of: tuple[str, str] = ("convolution", "kernels")) -> Drawing | None:
    """Kernels that read the image, (O, C, kH, kW); None where C is neither one nor three.

    Args:
        of: what the first layer is, and what it has so many of.
    """
    if kernels.shape[1] not in (1, 3):
        return None
    arrays = {"kernels": kernels[:MOST_KERNELS].astype(np.float32), "total": np.array(len(kernels))}
    return Drawing("filters", arrays, {"of": of})


def activations(image: Array, layers: Sequence[tuple[str, int, Array]], label: str) -> Drawing:
    """A test image and what convolutions make of it.

    Args:
        image: (H, W) or (C, H, W) uint8, C = 1 or 3.
        layers: of each, the shallowest first, its name, how many maps it has, and some of them, (n, H', W').
        label: what is in the image.
    """
    arrays = {"image": image, "totals": np.array([total for _, total, _ in layers])}
    arrays |= {f"maps {at}": as_grey(maps) for at, (_, _, maps) in enumerate(layers)}
    return Drawing("activations", arrays, {"layers": tuple(name for name, _, _ in layers), "label": (label,)})


def as_grey(maps: Array) -> Array:
    """Maps (n, H, W) as uint8, each from its own lowest value, 0, to its highest, 255."""
    low, high = maps.min(axis=(1, 2), keepdims=True), maps.max(axis=(1, 2), keepdims=True)
    grey: Array = (255 * (maps - low) / np.maximum(high - low, 1e-12)).astype(np.uint8)
    return grey


def attention(weights: Sequence[Array], words: Sequence[str], label: str) -> Drawing:
    """Which word of a text looks at which, in the last layer.

    Args:
        weights: of each layer, (heads, T, T); row t is where word t looks, and sums to one.
        words: of the text, T of them.
        label: its class.
    """
    arrays = {"weights": weights[-1][:MOST_HEADS].astype(np.float32), "layers": np.array(len(weights))}
    return Drawing("attention", arrays, {"words": tuple(words), "label": (label,)})


def norms(blocks: Sequence[tuple[str, Array]]) -> Drawing:
    """How large tokens' vectors are after each block: of each its name and the norms, (tokens,)."""
    spans = np.array([(each.mean(), *np.quantile(each, (0.1, 0.9))) for _, each in blocks])
    return Drawing("norms", {"spans": spans}, {"blocks": tuple(name for name, _ in blocks)})  # (blocks, 3)


# -- which examples are looked at -----------------------------------------------------------------


@dataclass(frozen=True)
class Texts:
    """Test texts: rows filled up with padding, (N, T), or all tokens one after the other; and their lengths, (N,)."""

    tokens: Array
    lengths: Array

    def rows(self, chosen: Array, longest: int) -> tuple[Array, Array]:
        """Some texts, cut to `longest` words and filled up to the longest of them, (n, T); and their lengths."""
        lengths = self.lengths[chosen].clip(max=longest)
        filled = np.full((len(chosen), int(lengths.max(initial=1))), PADDING, np.int64)
        starts = np.cumsum(self.lengths) - self.lengths
        for row, (number, length) in enumerate(zip(chosen, lengths, strict=True)):
            text = self.tokens[number] if self.tokens.ndim == 2 else self.tokens[starts[number] :]
            filled[row, :length] = text[:length]
        return filled, lengths


def chosen_text(texts: Texts, right: Array) -> int:
    """The row of a text that fits on the axes and is predicted right; not too short, and of few unknown words.

    Args:
        right: whether a text is predicted right, (N,) bool.
    """
    fits = np.flatnonzero((texts.lengths > 0) & (texts.lengths <= MOST_WORDS) & right)
    if not len(fits):
        fits = np.flatnonzero(texts.lengths == texts.lengths[texts.lengths > 0].min())
    fits = fits[texts.lengths[fits] >= min(FEWEST_WORDS, texts.lengths[fits].max())]
    unknown = (texts.rows(fits, MOST_WORDS)[0] == UNKNOWN).sum(axis=1)
    return int(fits[np.argmin(unknown)])
